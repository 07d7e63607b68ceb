package api

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"atelier/core/fashion"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/app"
	"atelier/server/engine"
	"atelier/server/guard"
	"atelier/server/runs"
	"atelier/server/runs/queue"
)

const testToken = "the-token-of-this-test"

// tiny is a data set on which an epoch takes a second.
var tiny = sync.OnceValue(func() *fashion.Dataset {
	return &fashion.Dataset{Train: *sample.Synthetic(40), Test: *sample.Synthetic(20), Kind: fashion.KindDrawn}
})

// short is a run of 6 steps on it; long one that does not end by itself.
const (
	short = `{"model":"model2","epochs":2,"batch":16,"seed":7}`
	long  = `{"model":"model2","epochs":1000,"batch":16,"seed":7}`
)

// running is the API behind real listeners, each answer checked against
// openapi.yaml.
type running struct {
	root    string
	runs    *queue.Queue
	address *app.Address
	router  routers.Router
	log     *lockedBuffer
	stop    func()
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// serve starts a server over a folder of runs.
func serve(t *testing.T, root string) *running {
	t.Helper()
	return serveWith(t, root, func(choice string) (engine.Engine, string, error) { return engine.Open(choice, 1) })
}

// serveWith is serve with engines of the test's own.
func serveWith(t *testing.T, root string, open func(choice string) (engine.Engine, string, error)) *running {
	t.Helper()
	r := &running{root: root, log: &lockedBuffer{}, router: specRouter(t)}
	logger := log.New(r.log, "", 0)
	r.runs = &queue.Queue{Store: runs.NewStore(root, logger), Data: tiny, Engine: open}
	if err := r.runs.Start(); err != nil {
		t.Fatal(err)
	}
	var err error
	if r.address, err = app.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	routes := (&API{Runs: r.runs, Devices: &Devices{Engines: engine.Describe()}, Version: "test"}).Routes()
	server := guard.NewServer(guard.Config{Routes: routes, Hosts: guard.Hosts(r.address.Port), Token: guard.TokenOf(testToken), Log: logger})
	for _, l := range r.address.Listeners {
		go server.Serve(l)
	}
	r.stop = sync.OnceFunc(func() {
		r.runs.Close()
		server.Close()
	})
	t.Cleanup(r.stop)
	return r
}

func specRouter(t *testing.T) routers.Router {
	t.Helper()
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
	router, err := legacy.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return router
}

// ask sends a request with the token and returns status and body, both checked
// against the specification.
func (r *running) ask(t *testing.T, method, path, body string) (int, []byte) {
	t.Helper()
	return r.askWith(t, method, path, body, map[string]string{"Authorization": "Bearer " + testToken})
}

func (r *running) askWith(t *testing.T, method, path, body string, headers map[string]string) (int, []byte) {
	t.Helper()
	req, err := http.NewRequest(method, fmt.Sprintf("http://127.0.0.1:%d%s", r.address.Port, path), strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
		if strings.Contains(path, "/checkpoint") {
			req.Header.Set("Content-Type", "application/octet-stream")
		}
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	r.conforms(t, req, resp, b)
	return resp.StatusCode, b
}

// conforms checks an answer against openapi.yaml.
func (r *running) conforms(t *testing.T, req *http.Request, resp *http.Response, body []byte) {
	t.Helper()
	route, params, err := r.router.FindRoute(req)
	if err != nil {
		if resp.StatusCode == http.StatusNotFound || resp.StatusCode == http.StatusMethodNotAllowed {
			return
		}
		t.Fatalf("%s %s answered %d and is not in openapi.yaml: %v", req.Method, req.URL.Path, resp.StatusCode, err)
	}
	input := &openapi3filter.RequestValidationInput{Request: req, PathParams: params, Route: route}
	err = openapi3filter.ValidateResponse(context.Background(), &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: resp.StatusCode, Header: resp.Header, Body: io.NopCloser(bytes.NewReader(body)),
		Options: &openapi3filter.Options{IncludeResponseStatus: true},
	})
	if err != nil {
		t.Fatalf("%s %s: the answer is not as openapi.yaml says: %v", req.Method, req.URL.Path, err)
	}
}

// run asks for a run and decodes it.
func (r *running) run(t *testing.T, method, path, body string, want int) runs.Document {
	t.Helper()
	code, b := r.ask(t, method, path, body)
	if code != want {
		t.Fatalf("%s %s: status %d, want %d: %s", method, path, code, want, b)
	}
	var d runs.Document
	if err := json.Unmarshal(b, &d); err != nil {
		t.Fatal(err)
	}
	return d
}

// until waits for a run to be in a state.
func (r *running) until(t *testing.T, id, state string) runs.Document {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		d := r.run(t, "GET", "/api/runs/"+id, "", 200)
		if d.State == state {
			return d
		}
		if time.Now().After(deadline) {
			t.Fatalf("run %s is %s (%+v), not %s; log: %s", id, d.State, d.Error, state, r.log)
		}
	}
}

// untilStep waits until a run has done so many steps.
func (r *running) untilStep(t *testing.T, id string, step int) {
	t.Helper()
	for deadline := time.Now().Add(60 * time.Second); ; time.Sleep(5 * time.Millisecond) {
		if d := r.run(t, "GET", "/api/runs/"+id, "", 200); d.Step >= step {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("run %s did not reach step %d; log: %s", id, step, r.log)
		}
	}
}

// shortConfig is the short run.
var shortConfig = train.Config{Model: "model2", Recipe: "report", Epochs: 2, Batch: 16, Seed: 7}

// undisturbed trains the short run in one go and returns its weights' hash.
var undisturbed = sync.OnceValues(func() (string, error) {
	cfg, err := shortConfig.Complete()
	if err != nil {
		return "", err
	}
	r, err := engine.Core(2).New(cfg, train.Data{Images: &tiny().Train, Kind: tiny().Kind}, nil)
	if err != nil {
		return "", err
	}
	err = r.Run(train.Hooks{Clock: func() float64 { return 0 }})
	return r.WeightsSHA256(), err
})

func mustRead(t *testing.T, parts ...string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(parts...))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
