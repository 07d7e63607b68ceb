package metrics

import (
	"fmt"
	"math"
)

// families are the classes that a glance confuses: top, dress, trousers,
// footwear, bag.
var families = [10]uint8{0: 'o', 1: 't', 2: 'o', 3: 'd', 4: 'o', 5: 'f', 6: 'o', 7: 'f', 8: 'b', 9: 'f'}

// DrawingAnswer is a network's answer to one drawing.
type DrawingAnswer struct {
	Word          string
	Accept        []int // the classes that count as right
	Probabilities [10]float32
}

// Rate is a share with its interval of 95 % (Wilson 1927).
type Rate struct {
	Right int     `json:"right"`
	Of    int     `json:"of"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Percent is the share in percent; 0 of nothing.
func (r Rate) Percent() float64 {
	if r.Of == 0 {
		return 0
	}
	return 100 * float64(r.Right) / float64(r.Of)
}

// String returns the share as in "84.3 % (59 of 70, 74.0 to 91.0)".
func (r Rate) String() string {
	return fmt.Sprintf("%.1f %% (%d of %d, %.1f to %.1f)", r.Percent(), r.Right, r.Of, 100*r.Low, 100*r.High)
}

// NewRate returns right of n with its interval.
func NewRate(right, n int) Rate {
	low, high := Wilson(right, n)
	return Rate{right, n, low, high}
}

// Wilson returns the 95 % interval of a share of which right of n were seen:
// 0 to 1 of nothing.
func Wilson(right, n int) (low, high float64) {
	if n == 0 {
		return 0, 1
	}
	const z = 1.959963984540054
	z2 := float64(z * z)
	count, share := float64(n), float64(right)/float64(n)
	width := 1 + z2/count
	center := (share + z2/(2*count)) / width
	half := z * math.Sqrt(mul(share, 1-share)/count+z2/mul(4*count, count)) / width
	return max(0, center-half), min(1, center+half)
}

// WordScore is how well the drawings of one word were understood.
type WordScore struct {
	Word   string `json:"word,omitempty"`
	Top1   Rate   `json:"top1"`
	Top3   Rate   `json:"top3"`
	Family Rate   `json:"family"`
}

// ScoreDrawings counts the answers, per word in the order of the words' first
// drawings, and over all. Top1: the first answer is accepted. Top3: one of the
// first three is. Family: the first answer is of an accepted class's family.
func ScoreDrawings(answers []DrawingAnswer) (words []WordScore, all WordScore) {
	type tally struct{ n, top1, top3, family int }
	counts := map[string]*tally{}
	var order []string
	var total tally
	for _, r := range answers {
		c := counts[r.Word]
		if c == nil {
			c = &tally{}
			counts[r.Word] = c
			order = append(order, r.Word)
		}
		top1, top3, family := r.marks()
		for _, t := range [2]*tally{c, &total} {
			t.n++
			t.top1 += top1
			t.top3 += top3
			t.family += family
		}
	}
	score := func(word string, t tally) WordScore {
		return WordScore{word, NewRate(t.top1, t.n), NewRate(t.top3, t.n), NewRate(t.family, t.n)}
	}
	for _, w := range order {
		words = append(words, score(w, *counts[w]))
	}
	return words, score("", total)
}

// marks returns 1 for each way in which the answer is right.
func (r DrawingAnswer) marks() (top1, top3, family int) {
	for rank, class := range r.ranked() {
		for _, a := range r.Accept {
			if a < 0 || a > 9 {
				continue
			}
			if rank == 0 && families[a] == families[class] {
				family = 1
			}
			if a == class {
				top3 = 1
				if rank == 0 {
					top1 = 1
				}
			}
		}
	}
	return top1, top3, family
}

// ranked returns the three most probable classes; of equals the lower one
// comes first, and what is no number comes last.
func (r DrawingAnswer) ranked() [3]int {
	var best [3]int
	var taken [10]bool
	for k := range best {
		top := -1
		for c, p := range r.Probabilities {
			if taken[c] {
				continue
			}
			if top < 0 || p > r.Probabilities[top] || r.Probabilities[top] != r.Probabilities[top] && p == p {
				top = c
			}
		}
		best[k], taken[top] = top, true
	}
	return best
}
