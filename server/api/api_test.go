package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"atelier/server/runs"
)

// TestSpecListsTheRoutes compares openapi.yaml with the list of routes.
func TestSpecListsTheRoutes(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(spec)
	if err != nil {
		t.Fatal(err)
	}
	described := map[string]bool{} // and whether it needs the token
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			described[method+" "+path] = op.Security != nil && len(*op.Security) > 0
		}
	}
	for _, r := range (&API{}).Routes() {
		name := r.Method + " " + r.Path
		token, ok := described[name]
		if !ok {
			t.Errorf("%s is not in openapi.yaml", name)
		}
		if token != r.Token {
			t.Errorf("%s: needs the token: %v, and openapi.yaml says %v", name, r.Token, token)
		}
		if r.Method == http.MethodGet && r.Token || r.Method != http.MethodGet && !r.Token {
			t.Errorf("%s: what changes state needs the token, and nothing else", name)
		}
		delete(described, name)
	}
	for name := range described {
		t.Errorf("%s is in openapi.yaml and not in the program", name)
	}
}

func TestARunFromOrderToReport(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	for _, path := range []string{"/api/health", "/api/device", "/api/runs", "/api/openapi.yaml"} {
		if code, b := r.ask(t, "GET", path, ""); code != 200 {
			t.Fatalf("GET %s: %d %s", path, code, b)
		}
	}
	d := r.run(t, "POST", "/api/runs", short, 201)
	if d.Config.Epochs != 2 || d.Config.LR != 1e-3 || !runs.ValidID(d.ID) {
		t.Fatalf("the new run: %+v", d)
	}
	promised := d.Images
	d = r.until(t, d.ID, runs.Done)
	if promised == 0 || d.Images != promised {
		t.Errorf("an epoch has %d images, the order said %d", d.Images, promised)
	}
	want, err := undisturbed()
	if err != nil {
		t.Fatal(err)
	}
	if d.Result == nil || d.Result.WeightsSHA256 != want || len(d.History) != 2 || d.Step != 6 {
		t.Fatalf("the finished run: %+v; undisturbed weights %s", d, want)
	}
	if code, b := r.ask(t, "GET", "/api/runs/"+d.ID+"/report", ""); code != 200 || !bytes.Contains(b, []byte("weighted avg")) {
		t.Fatalf("report: %d %s", code, b)
	}
	for _, name := range []string{"last.safetensors", "best.safetensors", "history.csv"} {
		code, b := r.ask(t, "GET", "/api/runs/"+d.ID+"/"+name, "")
		if code != 200 || !bytes.Equal(b, mustRead(t, r.root, d.ID, name)) {
			t.Fatalf("%s: %d, %d bytes", name, code, len(b))
		}
	}
	if code, _ := r.ask(t, "POST", "/api/runs/"+d.ID+"/resume", ""); code != 409 {
		t.Fatalf("a done run was resumed: %d", code)
	}
	if code, b := r.ask(t, "GET", "/api/runs", ""); code != 200 || !strings.Contains(string(b), d.ID) {
		t.Fatalf("the list: %d %s", code, b)
	}
}

func TestPauseResumeStopKeepTheBits(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	d := r.run(t, "POST", "/api/runs", short, 201)
	r.untilStep(t, d.ID, 1)
	if d = r.run(t, "POST", "/api/runs/"+d.ID+"/pause", "", 200); d.State != runs.Paused && d.State != runs.Done {
		t.Fatalf("after pause: %s", d.State)
	}
	if d.State == runs.Paused {
		r.run(t, "POST", "/api/runs/"+d.ID+"/resume", "", 200)
	}
	r.untilStep(t, d.ID, 3)
	if d = r.run(t, "POST", "/api/runs/"+d.ID+"/stop", "", 200); d.State != runs.Stopped && d.State != runs.Done {
		t.Fatalf("after stop: %s", d.State)
	}
	if d.State == runs.Stopped {
		r.run(t, "POST", "/api/runs/"+d.ID+"/resume", "", 200)
	}
	d = r.until(t, d.ID, runs.Done)
	if want, err := undisturbed(); err != nil || d.Result.WeightsSHA256 != want {
		t.Fatalf("weights %s, undisturbed %s (%v)", d.Result.WeightsSHA256, want, err)
	}
}

func TestQueueIsBounded(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	first := r.run(t, "POST", "/api/runs", long, 201)
	r.until(t, first.ID, runs.Running)
	var last runs.Document
	for i := range 16 {
		last = r.run(t, "POST", "/api/runs", long, 201)
		if last.State != runs.Queued {
			t.Fatalf("run %d is %s", i, last.State)
		}
	}
	code, b := r.ask(t, "POST", "/api/runs", long)
	if code != 409 || !bytes.Contains(b, []byte("queue_full")) {
		t.Fatalf("run 18: %d %s", code, b)
	}
	if code, _ = r.ask(t, "POST", "/api/device", ""); code != 409 {
		t.Fatalf("measuring while a run trains: %d", code)
	}
	r.run(t, "POST", "/api/runs/"+last.ID+"/stop", "", 200) // makes room
	r.run(t, "POST", "/api/runs", long, 201)
	r.run(t, "POST", "/api/runs/"+first.ID+"/stop", "", 200) // the next one begins
}

func TestChangeARunningRun(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	d := r.run(t, "POST", "/api/runs", long, 201)
	r.untilStep(t, d.ID, 1)
	if code, b := r.ask(t, "POST", "/api/runs/"+d.ID+"/changes", `{"key":"lr","value":0.0005}`); code != 202 {
		t.Fatalf("change: %d %s", code, b)
	}
	for _, body := range []string{`{"key":"batch","value":3}`, `{"key":"lr","value":-1}`} {
		if code, b := r.ask(t, "POST", "/api/runs/"+d.ID+"/changes", body); code != 400 {
			t.Fatalf("%s: %d %s", body, code, b)
		}
	}
	r.untilStep(t, d.ID, r.run(t, "GET", "/api/runs/"+d.ID, "", 200).Step+2)
	d = r.run(t, "POST", "/api/runs/"+d.ID+"/pause", "", 200)
	if len(d.Changes) != 1 || d.Changes[0].Key != "lr" || d.Changes[0].Value != 0.0005 {
		t.Fatalf("changes %+v", d.Changes)
	}
}

func TestWrongRequests(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	tests := []struct {
		name, method, path, body string
		want                     int
	}{
		{"unknown model", "POST", "/api/runs", `{"model":"model3"}`, 400},
		{"unknown recipe", "POST", "/api/runs", `{"model":"model1","recipe":"soup"}`, 400},
		{"unknown field", "POST", "/api/runs", `{"model":"model1","speed":9}`, 400},
		{"unknown engine", "POST", "/api/runs", `{"model":"model1","engine":"warp"}`, 400},
		{"negative epochs", "POST", "/api/runs", `{"model":"model1","epochs":-1}`, 400},
		{"wrong type", "POST", "/api/runs", `{"model":"model1","epochs":"many"}`, 400},
		{"no such run", "GET", "/api/runs/nobody", "", 404},
		{"no such run to pause", "POST", "/api/runs/nobody/pause", "", 404},
		{"a path as a name", "GET", "/api/runs/..%2f..%2fetc", "", 404},
		{"a NUL in a name", "GET", "/api/runs/a%00b/history.csv", "", 404},
		{"upper case", "GET", "/api/runs/ABC/history.csv", "", 404},
		{"another file", "GET", "/api/runs/nobody/run.json", "", 404},
		{"rubbish as a checkpoint", "POST", "/api/runs/new/checkpoint", "not a checkpoint", 400},
		{"a bad name for a checkpoint", "POST", "/api/runs/New_Run/checkpoint", "x", 400},
		{"starting by GET", "GET", "/api/runs/nobody/pause", "", 405},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			code, b := r.ask(t, tt.method, tt.path, tt.body)
			if code != tt.want {
				t.Fatalf("status %d, want %d: %s", code, tt.want, b)
			}
			if strings.Contains(string(b), r.root) {
				t.Fatalf("the answer tells a path: %s", b)
			}
		})
	}
	reads := map[string]bool{}
	for _, route := range (&API{}).Routes() {
		reads[route.Path] = reads[route.Path] || route.Method == http.MethodGet
	}
	for _, route := range (&API{}).Routes() {
		if !route.Token {
			continue
		}
		path := strings.ReplaceAll(route.Path, "{id}", "nobody")
		for _, method := range []string{"GET", "PUT", "DELETE", "PATCH"} {
			if method == "GET" && reads[route.Path] {
				continue
			}
			if code, _ := r.ask(t, method, path, ""); code != 405 {
				t.Errorf("%s %s: %d, want 405", method, path, code)
			}
		}
		if code, _ := r.askWith(t, route.Method, path, "{}", nil); code != 401 {
			t.Errorf("%s %s without the token: %d, want 401", route.Method, path, code)
		}
	}
	if docs, err := r.runs.List(); err != nil || len(docs) != 0 {
		t.Fatalf("after all this there are %d runs (%v)", len(docs), err)
	}
}

// TestLinksDoNotLeadOut plants links in the folder of runs.
func TestLinksDoNotLeadOut(t *testing.T) {
	root := filepath.Join(t.TempDir(), "runs")
	outside := t.TempDir()
	r := serve(t, root)
	d := r.run(t, "POST", "/api/runs", short, 201)
	r.until(t, d.ID, runs.Done)
	secret := filepath.Join(outside, "secret")
	if err := os.WriteFile(secret, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(root, d.ID, runs.HistoryFile)
	if err := os.Remove(link); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(secret, link); err != nil {
		t.Fatal(err)
	}
	if code, b := r.ask(t, "GET", "/api/runs/"+d.ID+"/history.csv", ""); code == 200 || bytes.Contains(b, []byte("secret")) {
		t.Fatalf("a link was followed: %d %s", code, b)
	}
}

func TestDeviceNumbersAreMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("measures both models")
	}
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	code, b := r.ask(t, "POST", "/api/device", "")
	var d deviceAnswer
	if err := json.Unmarshal(b, &d); err != nil || code != 200 {
		t.Fatalf("%d %s %v", code, b, err)
	}
	for _, model := range []string{"model1", "model2"} {
		if s := d.Speed[model]; s == nil || s.ImagesPerSecond < 1 || d.Recipe[model] == nil {
			t.Fatalf("%s: %v", model, fmt.Sprintf("%+v", s))
		}
	}
}

func TestDeviceTellsOfTheRunInProgress(t *testing.T) {
	r := serve(t, filepath.Join(t.TempDir(), "runs"))
	d := r.run(t, "POST", "/api/runs", long, 201)
	r.untilStep(t, d.ID, 3)
	code, b := r.ask(t, "GET", "/api/device", "")
	var got deviceAnswer
	if err := json.Unmarshal(b, &got); err != nil || code != 200 {
		t.Fatalf("%d %s %v", code, b, err)
	}
	s := got.Speed["model2"]
	if s == nil || s.From != "run" || s.ImagesPerSecond <= 0 || got.TimeLeft == nil {
		t.Fatalf("the machine: %s", b)
	}
	// 3 steps an epoch, 1000 epochs; what is left takes as long as its images do at that speed.
	if images := *got.TimeLeft * s.ImagesPerSecond; images < 16*2000 || images > 16*3000 {
		t.Errorf("%.0f images are left of 48000", images)
	}
}
