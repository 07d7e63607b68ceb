package api

import (
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"atelier/server/engine"
	"atelier/server/runs"
	"atelier/server/runs/queue"
)

func TestRestartGoesOn(t *testing.T) {
	root := filepath.Join(t.TempDir(), "runs")
	r := serve(t, root)
	d := r.run(t, "POST", "/api/runs", short, 201)
	waiting := r.run(t, "POST", "/api/runs", short, 201)
	r.untilStep(t, d.ID, 2)
	r.stop()
	before, err := (&queue.Queue{Store: runs.NewStore(root, log.New(io.Discard, "", 0))}).List()
	if err != nil || len(before) != 2 {
		t.Fatalf("%d runs on disk (%v)", len(before), err)
	}
	again := serve(t, root)
	d = again.until(t, d.ID, runs.Done)
	want, err := undisturbed()
	if err != nil || d.Result.WeightsSHA256 != want {
		t.Fatalf("weights %s, undisturbed %s (%v)", d.Result.WeightsSHA256, want, err)
	}
	if !strings.Contains(again.log.String(), "was interrupted at step") {
		t.Fatalf("the log does not say that it goes on: %s", again.log)
	}
	again.until(t, waiting.ID, runs.Done)
}

// TestKillNine kills a server that trains, again and again, and lets a last one
// finish: the weights must be those of an undisturbed run. KILL_ROUNDS sets the
// number of rounds.
func TestKillNine(t *testing.T) {
	if root := os.Getenv("RUNS_CHILD"); root != "" {
		trainHere(root)
		os.Exit(0)
	}
	rounds := 4
	if testing.Short() {
		rounds = 1
	}
	if n, err := strconv.Atoi(os.Getenv("KILL_ROUNDS")); err == nil {
		rounds = n
	}
	want, err := undisturbed()
	if err != nil {
		t.Fatal(err)
	}
	for round := 0; round < rounds; {
		patience := time.Second
		root := filepath.Join(t.TempDir(), fmt.Sprintf("runs-%d", round))
		for {
			child := exec.Command(os.Args[0], "-test.run=^TestKillNine$")
			child.Env = append(os.Environ(), "RUNS_CHILD="+root)
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- child.Wait() }()
			select {
			case err := <-ended:
				if err != nil {
					t.Fatalf("round %d: the server failed: %v", round, err)
				}
			case <-time.After(100*time.Millisecond + rand.N(patience)):
				_ = child.Process.Kill()
				<-ended
				round++
				patience += patience / 2 // a slow machine needs longer for a step
				continue
			}
			break
		}
		docs, err := (&queue.Queue{Store: runs.NewStore(root, log.New(os.Stderr, "", 0))}).List()
		if err != nil || len(docs) != 1 || docs[0].Result == nil || docs[0].Result.WeightsSHA256 != want {
			t.Fatalf("after %d kills: %+v (%v), want weights %s", round, docs, err, want)
		}
	}
}

// trainHere is the server that is killed: it saves after every step, trains
// the short run, and returns when that is done.
func trainHere(root string) {
	q := &queue.Queue{
		Store: runs.NewStore(root, log.New(os.Stderr, "", 0)), Data: tiny, Every: time.Nanosecond,
		Engine: func(choice string) (engine.Engine, string, error) { return engine.Open(choice, 1) },
	}
	if err := q.Start(); err != nil {
		log.Fatal(err)
	}
	docs, err := q.List()
	if err != nil {
		log.Fatal(err)
	}
	if len(docs) == 0 {
		if _, err := q.Add(queue.Order{Config: shortConfig}); err != nil {
			log.Fatal(err)
		}
	}
	for {
		if docs, err = q.List(); err != nil || len(docs) != 1 || docs[0].State == runs.Failed {
			log.Fatalf("%+v %v", docs, err)
		}
		if docs[0].State == runs.Done && !q.Training() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// TestRestartTestsWhatWasDone stops a server between a run's end and its test.
func TestRestartTestsWhatWasDone(t *testing.T) {
	root := filepath.Join(t.TempDir(), "runs")
	r := serve(t, root)
	d := r.until(t, r.run(t, "POST", "/api/runs", short, 201).ID, runs.Done)
	for deadline := time.Now().Add(30 * time.Second); r.runs.Training() && time.Now().Before(deadline); time.Sleep(10 * time.Millisecond) {
	}
	r.stop()
	folder, err := runs.OpenFolder(filepath.Join(root, d.ID))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := folder.Document()
	if err != nil {
		t.Fatal(err)
	}
	doc.Result.Test = nil
	if err := folder.SaveDocument(doc); err != nil {
		t.Fatal(err)
	}
	folder.Close()
	again := serve(t, root)
	for deadline := time.Now().Add(30 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		after := again.run(t, "GET", "/api/runs/"+d.ID, "", 200)
		if after.State == runs.Done && after.Result.Test != nil {
			if after.Result.WeightsSHA256 != d.Result.WeightsSHA256 {
				t.Fatal("the weights changed")
			}
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the run was not tested: %+v; log: %s", after, again.log)
		}
	}
}
