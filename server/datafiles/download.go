package datafiles

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"

	"atelier/core/fashion"
	"atelier/server/durable"
	"atelier/server/failure"
)

// Mirrors are the places that publish the four files, each under NAME.gz: the
// data set's publisher, then its repository.
var Mirrors = []string{
	"http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
	"https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
}

const (
	connectTimeout = 5 * time.Second
	stallTimeout   = 20 * time.Second // without a single byte
	maxGzip        = 40 << 20         // bytes; the largest of the four has 26 million
	attempts       = 3                // at one mirror, each going on where the last broke off
)

// smallestFirst is the order of download: a wrong mirror is found out early.
var smallestFirst = []File{fashion.Files[3], fashion.Files[1], fashion.Files[2], fashion.Files[0]}

// Progress is one state of a download.
type Progress struct {
	File     string `json:"file"`     // the name without .gz
	Received int64  `json:"received"` // compressed bytes of this file so far
	Total    int64  `json:"total"`    // compressed bytes of this file; 0 if the mirror did not say
	Mirror   string `json:"mirror"`
}

// Downloader gets the data set. Its zero value uses the real mirrors.
type Downloader struct {
	Mirrors  []string             // nil: Mirrors
	Files    []File               // nil: those of Fashion-MNIST, the test set first
	Progress func(Progress)       // called often, from one goroutine; may be nil
	Note     func(message string) // called for each mirror that fails; may be nil
	Own      bool                 // the folder is our cache: damaged files in it may be replaced
	Pause    time.Duration        // before a second attempt; 0: one second

	client *http.Client
}

// Fetch makes dir hold all files, verified. It keeps what is there, resumes
// what a former call began, and puts each file in place only when its hash is
// right. What it did not write itself it does not replace: its error is an
// ErrFolder then, and nothing has changed. Two processes may call it for the
// same folder: one waits.
func (d *Downloader) Fetch(ctx context.Context, dir string) error {
	files := d.Files
	if files == nil {
		files = smallestFirst
	}
	if err := d.foreign(dir, files); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return noFolder(err, "The data folder cannot be made")
	}
	lock := flock.New(filepath.Join(dir, ".download.lock"))
	if _, err := lock.TryLockContext(ctx, 200*time.Millisecond); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return noFolder(err, "The data folder cannot be locked for writing")
	}
	defer lock.Unlock()
	d.client = newClient()
	defer d.client.CloseIdleConnections()
	for _, f := range files {
		if _, err := Read(dir, f); err == nil {
			continue
		}
		if err := d.fetchFile(ctx, dir, f); err != nil {
			return err
		}
	}
	return nil
}

// newClient allows a slow download and no slow connection. Redirects may not
// lead away from HTTP nor go in circles.
func newClient() *http.Client {
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           (&net.Dialer{Timeout: connectTimeout}).DialContext,
			TLSHandshakeTimeout:   connectTimeout,
			ResponseHeaderTimeout: connectTimeout,
			DisableCompression:    true,
		},
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if len(via) >= 5 {
				return errors.New("more than five redirects")
			}
			if via[0].URL.Scheme == "https" && r.URL.Scheme != "https" {
				return errors.New("a redirect from https to " + r.URL.Scheme)
			}
			return nil
		},
	}
}

// fetchFile tries every mirror in turn and verifies what it got.
func (d *Downloader) fetchFile(ctx context.Context, dir string, f File) error {
	mirrors := d.Mirrors
	if mirrors == nil {
		mirrors = Mirrors
	}
	part := partOf(dir, f)
	if info, err := os.Lstat(part); err == nil && !info.Mode().IsRegular() { // a link leads to a file of somebody's
		return noFolder(nil, "The folder has a "+filepath.Base(part)+" that is no plain file")
	}
	file, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return noFolder(err, "The data folder cannot be written to")
	}
	if err := file.Close(); err != nil {
		return err
	}
	var last error
	for _, mirror := range mirrors {
		err := d.fromMirror(ctx, mirror, part, f)
		if err == nil {
			return place(part, filepath.Join(dir, f.Name+".gz"), d.Own)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if d.Note != nil {
			d.Note(fmt.Sprintf("%s from %s: %v", f.Name, mirror, err))
		}
		last = err
	}
	return failure.Wrap(last, failure.NoData, "Fashion-MNIST could not be downloaded ("+f.Name+")",
		"Put the four .gz files in a folder and name it with -data DIR, or try again later: what has arrived is kept")
}

// fromMirror leaves the whole, verified file at part, or an error. A transfer
// that breaks off is resumed; bytes that prove wrong are thrown away, and
// fetched once more if some of them came from an earlier call.
func (d *Downloader) fromMirror(ctx context.Context, mirror, part string, f File) error {
	var last error
	for try := range attempts {
		if try > 0 {
			pause := d.Pause
			if pause == 0 {
				pause = time.Second
			}
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(pause):
			}
		}
		fresh, err := d.transfer(ctx, mirror, part, f)
		var fatal *refusal
		if errors.As(err, &fatal) || ctx.Err() != nil {
			return err
		}
		if err != nil {
			last = err
			continue
		}
		if _, err = readVerified(part, f); err == nil {
			return nil
		}
		last = err
		if err := os.Remove(part); err != nil {
			return err
		}
		if fresh {
			return last // the mirror itself has other bytes
		}
	}
	return last
}

// moveDurably makes a file durable under its final name.
func moveDurably(part, name string) error {
	if err := durable.SyncFile(part); err != nil {
		return fmt.Errorf("store %s: %w", filepath.Base(name), err)
	}
	if err := os.Rename(part, name); err != nil {
		return fmt.Errorf("store %s: %w", filepath.Base(name), err)
	}
	return durable.SyncFolder(filepath.Dir(name))
}

// stalled cancels a transfer that gets no byte for stallTimeout.
type stalled struct {
	r     io.Reader
	timer *time.Timer
}

func (s *stalled) Read(p []byte) (int, error) {
	n, err := s.r.Read(p)
	if n > 0 {
		s.timer.Reset(stallTimeout)
	}
	return n, err
}
