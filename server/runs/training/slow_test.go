package training

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/sample"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/runs"
)

// slow are images on a machine on which to look at one for a validation takes
// long: its clock goes on by that, and by a step's time at every step.
type slow struct {
	infer.Images
	mu    sync.Mutex
	now   time.Time
	each  time.Duration // a look takes
	looks map[int32]int // at validation images
	look  func()        // called at each, with the clock as it is; may be nil
}

func newSlow(each time.Duration) *slow {
	images := sample.Synthetic(1600)
	_, val := fashion.Split(images.Len())
	s := &slow{Images: images, each: each, looks: map[int32]int{}}
	for _, i := range val {
		s.looks[i] = 0
	}
	return s
}

func (s *slow) At(i int) []byte {
	if _, ok := s.looks[int32(i)]; ok {
		s.pass(s.each)
		s.mu.Lock()
		s.looks[int32(i)]++
		s.mu.Unlock()
		if s.look != nil {
			s.look()
		}
	}
	return s.Images.At(i)
}

// looked counts the validation images that were looked at n times.
func (s *slow) looked(n int) int {
	count := 0
	for _, looks := range s.looks {
		if looks == n {
			count++
		}
	}
	return count
}

func (s *slow) pass(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

func (s *slow) clock() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

var slowConfig = train.Config{Model: "model2", Recipe: "best", Epochs: 2, Batch: 16, Seed: 7, Limit: 32}

// slowly is a Loop on such a machine, with a run begun or gone on with.
func slowly(t *testing.T, s *slow, path string) *Loop {
	t.Helper()
	cfg, err := slowConfig.Complete()
	if err != nil {
		t.Fatal(err)
	}
	data := train.Data{Images: s, Kind: "synthetic"}
	var run engine.Run
	if file := filepath.Join(path, runs.LastFile); runs.Exists(path) {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		f, err := runs.DecodeRun(b)
		if err != nil {
			t.Fatal(err)
		}
		if run, err = engine.Core(1).Resume(f, data, nil); err != nil {
			t.Fatal(err)
		}
	} else if run, err = engine.Core(1).New(cfg, data, nil); err != nil {
		t.Fatal(err)
	}
	l := newLoop(t, path, run, nil)
	l.now = s.clock
	l.BetweenSteps = func() error {
		s.pass(4 * time.Second)
		return nil
	}
	return l
}

// TestASlowValidationCostsAMinuteAtMost trains where a validation takes
// minutes. At no moment may more than a minute be lost; and the checkpoint of any
// of these moments goes on to the same end without asking anything again that it
// knows the answer of.
func TestASlowValidationCostsAMinuteAtMost(t *testing.T) {
	s := newSlow(900 * time.Millisecond) // 160 of them: 144 s
	path := filepath.Join(t.TempDir(), "run")
	l := slowly(t, s, path)
	var saved time.Time
	var worst time.Duration
	within := 0 // saves in a validation
	killed := filepath.Join(t.TempDir(), "killed")
	if err := os.Mkdir(killed, 0o755); err != nil {
		t.Fatal(err)
	}
	known := 0 // looks before the save that the killed run goes on from
	l.OnSave = func() {
		saved = s.clock()
		if n := s.looked(1); n > 0 && n < 160 && s.looked(2) == 0 {
			if within++; within == 2 {
				known = n
				b, err := os.ReadFile(filepath.Join(path, runs.LastFile))
				if err == nil {
					err = os.WriteFile(filepath.Join(killed, runs.LastFile), b, 0o600)
				}
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	s.look = func() { worst = max(worst, s.clock().Sub(saved)) }
	want, err := l.Train()
	if err != nil || want.Event != train.EventDone {
		t.Fatalf("%+v, %v", want, err)
	}
	if worst > time.Minute || within < 2 {
		t.Errorf("at worst a kill cost %v, with %d saves in the first validation", worst, within)
	}
	if known == 0 {
		t.Fatal("nothing was saved in the validation")
	}

	after := newSlow(900 * time.Millisecond)
	got, err := slowly(t, after, killed).Train()
	if err != nil || *got.WeightsSHA256 != *want.WeightsSHA256 || *got.ValLoss != *want.ValLoss || *got.ValAcc != *want.ValAcc {
		t.Fatalf("the killed run ended with %+v, %v; undisturbed %+v", got, err, want)
	}
	if once := after.looked(1); once != known { // in the second epoch only
		t.Errorf("the killed run did not ask again for %d answers, and knew %d", once, known)
	}
}
