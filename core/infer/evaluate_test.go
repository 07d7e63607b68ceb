package infer

import (
	"errors"
	"math"
	"slices"
	"strings"
	"testing"

	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/core/sample"
	"atelier/core/smallnets"
)

// alarming images panic when they are looked at.
type alarming struct{ Images }

func (alarming) At(int) []byte { panic("no such image") }

// A predictor's workers are goroutines of its own, in which nobody else can
// recover.
func TestAPanicOfAWorkerIsAnError(t *testing.T) {
	p := NewPredictor(nn.NewNet(smallnets.Specs["small-bn"]), 2, 32, kernel.Winograd, nil)
	if _, err := p.Evaluate(EvalRequest{Images: alarming{sample.Synthetic(64)}}); err == nil || !strings.Contains(err.Error(), "no such image") {
		t.Errorf("a panic gave %v", err)
	}
}

// However many workers and images at a time, the answers are the same; without
// an index they are those of all images.
func TestEvaluate(t *testing.T) {
	images := sample.Synthetic(70)
	all := make([]int32, 70)
	for i := range all {
		all[i] = int32(i)
	}
	net := nn.NewNet(smallnets.Specs["small-dropout"])
	net.Init(3)
	want, err := NewPredictor(net, 1, 16, kernel.Winograd, nil).Evaluate(EvalRequest{Images: images, Index: all})
	if err != nil {
		t.Fatal(err)
	}
	if n := want.Confusion.Total(); n != 70 || len(want.Class) != 70 {
		t.Fatalf("%d classes, %d of them counted", len(want.Class), n)
	}
	for _, tt := range []struct{ workers, batch int }{{1, 70}, {2, 16}, {3, 48}, {9, 32}} {
		var last int
		got, err := NewPredictor(net, tt.workers, tt.batch, kernel.Winograd, nil).Evaluate(EvalRequest{Images: images, Progress: func(done int) { last = done }})
		if err != nil {
			t.Fatal(err)
		}
		if !slices.Equal(got.Loss, want.Loss) || !slices.Equal(got.Class, want.Class) || !slices.Equal(got.Confidence, want.Confidence) || got.Confusion != want.Confusion {
			t.Errorf("%d workers with %d images at a time answer otherwise", tt.workers, tt.batch)
		}
		if last < 70/tt.workers && tt.workers < 5 {
			t.Errorf("%d workers: the last progress told was %d of 70", tt.workers, last)
		}
	}
}

// An evaluation that is left between two batches goes on where it was, whoever
// goes on with it; rows that cannot be answers are asked again.
func TestAnEvaluationGoesOn(t *testing.T) {
	images := sample.Synthetic(100)
	net := nn.NewNet(smallnets.Specs["small-bn"])
	net.Init(3)
	asked := 0
	part := func(block, most int) Part {
		w := NewWorker(nn.NewPass(net, 112, kernel.Winograd), nil)
		p := w.Part(EvalRequest{Images: images}, 0, 1)
		p.Block, p.Most = block, most
		p.Forward = func(n int, image func(int, []float32)) ([]float32, error) {
			asked += n
			return w.Logits(n, image)
		}
		return p
	}
	want := NewInProgress(100)
	if err := want.Complete(part(16, 112)); err != nil || asked != 100 {
		t.Fatalf("%d images asked, error %v", asked, err)
	}
	for _, tt := range []struct {
		name        string
		block, most int // of who goes on
		first       int // images answered before
		again       int // images asked after
	}{
		{"by one shard at a time", 16, 16, 32, 68},
		{"by many at a time", 16, 112, 32, 68},
		{"by whole blocks, the one begun again", 50, 50, 32, 100},
		{"by blocks of one", 1, 112, 32, 68},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows := NewInProgress(100)
			first, batches := part(16, 16), 0
			first.Over = func() bool { batches++; return batches*16 == tt.first }
			if err := rows.Complete(first); !errors.Is(err, ErrPart) {
				t.Fatalf("the first part ended with %v", err)
			}
			if !rows.Answered(0, tt.first) || rows.Answered(0, tt.first+1) {
				t.Fatalf("not the first %d are answered", tt.first)
			}
			asked = 0
			if err := rows.Complete(part(tt.block, tt.most)); err != nil {
				t.Fatal(err)
			}
			if asked != tt.again || !slices.Equal(rows, want) {
				t.Errorf("%d images were asked again, want %d; the same answers: %v", asked, tt.again, slices.Equal(rows, want))
			}
		})
	}
}

func TestDropInvalid(t *testing.T) {
	for _, tt := range []struct {
		name string
		row  []float64
		kept bool
	}{
		{"an answer", []float64{0.5, 9, 1}, true},
		{"no loss at all", []float64{0, 0, .1}, true},
		{"a loss of NaN", []float64{math.NaN(), 1, .5}, false},
		{"an infinite loss", []float64{math.Inf(1), 1, .5}, false},
		{"a negative loss", []float64{-1, 1, .5}, false},
		{"a class beyond", []float64{1, 10, .5}, false},
		{"half a class", []float64{1, 1.5, .5}, false},
		{"a class below", []float64{1, -1, .5}, false},
		{"more than certain", []float64{1, 1, 1.5}, false},
		{"a confidence of NaN", []float64{1, 1, math.NaN()}, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			rows := NewInProgress(1)
			copy(rows, tt.row)
			rows.DropInvalid()
			if rows.Answered(0, 1) != tt.kept {
				t.Errorf("kept: %v", rows[:RowWidth])
			}
		})
	}
}
