package failure

import "net/http"

// The codes of failures: each is declared here once, with its status in Status.
const (
	Usage        = "usage"          // the request, or the command line, asks for what cannot be
	Interrupted  = "interrupted"    // ended by a person; exit code 130 on the command line
	Internal     = "internal"       // an error that the program did not foresee
	NotFound     = "not_found"      // there is no such run, file or address
	Conflict     = "conflict"       // the state of the run or the machine forbids it now
	QueueFull    = "queue_full"     // too many runs wait
	NoData       = "no_data"        // Fashion-MNIST is neither here nor to be had
	BadFile      = "bad_file"       // a file was read and refused
	Unsupported  = "unsupported"    // understood, and not possible here
	TooLarge     = "too_large"      // a body, a header or a document is beyond its limit
	Forbidden    = "forbidden"      // another host name, or another site's page
	Method       = "method"         // the address does not take this method
	Busy         = "busy"           // not now: ask again in a moment
	NoToken      = "unauthorized"   // the start token is missing or wrong
	Save         = "save"           // a file could not be saved: the disk is to blame
	Unwritten    = "unwritten"      // a warning: what run.json should say could not be written
	Folder       = "folder"         // a folder cannot be made, read or written
	Diverged     = "diverged"       // training went to NaN, to infinity or beyond all bounds
	Engine       = "engine"         // the engine of a run failed
	Address      = "address"        // the server cannot listen at its address
	AddressInUse = "address_in_use" // another program listens there
	Page         = "page"           // the built page is missing or damaged
	PageBuild    = "page_build"     // the page could not be built
)

// Status is the HTTP status of an answer with a failure of this code. Some are of
// the command line or stand in run.json alone; they have one all the same.
var Status = map[string]int{
	Usage:        http.StatusBadRequest,
	BadFile:      http.StatusBadRequest,
	NoToken:      http.StatusUnauthorized,
	Forbidden:    http.StatusForbidden,
	NotFound:     http.StatusNotFound,
	Method:       http.StatusMethodNotAllowed,
	Conflict:     http.StatusConflict,
	QueueFull:    http.StatusConflict,
	TooLarge:     http.StatusRequestEntityTooLarge,
	Unsupported:  http.StatusUnprocessableEntity,
	NoData:       http.StatusServiceUnavailable,
	Busy:         http.StatusServiceUnavailable,
	Interrupted:  http.StatusServiceUnavailable,
	Save:         http.StatusInsufficientStorage,
	Unwritten:    http.StatusInsufficientStorage,
	Internal:     http.StatusInternalServerError,
	Folder:       http.StatusInternalServerError,
	Diverged:     http.StatusInternalServerError,
	Engine:       http.StatusInternalServerError,
	Address:      http.StatusInternalServerError,
	AddressInUse: http.StatusInternalServerError,
	Page:         http.StatusInternalServerError,
	PageBuild:    http.StatusInternalServerError,
}
