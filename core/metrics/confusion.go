package metrics

import "atelier/core/fashion"

// Confusion counts answers: rows are true classes, columns predicted ones.
type Confusion [10][10]int

// Add counts one answer. Both classes are 0..9.
func (c *Confusion) Add(truth, predicted uint8) { c[truth][predicted]++ }

// Total returns the number of answers.
func (c *Confusion) Total() (n int) {
	for i := range c {
		n += c.support(i)
	}
	return n
}

// Correct returns the number of right answers.
func (c *Confusion) Correct() (n int) {
	for i := range c {
		n += c[i][i]
	}
	return n
}

// Accuracy returns the share of right answers, 0 without answers.
func (c *Confusion) Accuracy() float64 { return ratio(c.Correct(), c.Total()) }

// support is the number of images of a class.
func (c *Confusion) support(class int) (n int) {
	for _, count := range c[class] {
		n += count
	}
	return n
}

// predicted is the number of images that were given a class.
func (c *Confusion) predicted(class int) (n int) {
	for i := range c {
		n += c[i][class]
	}
	return n
}

// Normalized returns each row divided by its sum: what share of a class was
// called what. A row without images is 0.
func (c *Confusion) Normalized() (shares [10][10]float64) {
	for i, row := range c {
		n := c.support(i)
		for j, count := range row {
			shares[i][j] = ratio(count, n)
		}
	}
	return shares
}

// ClassScore are the scores of one class.
type ClassScore struct {
	Label     string  `json:"label"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
	Support   int     `json:"support"`
}

// Scores are the scores of all classes and their means: macro, each class
// alike, and weighted by the classes' numbers of images.
type Scores struct {
	Accuracy          float64
	PerClass          [10]ClassScore
	MacroPrecision    float64
	MacroRecall       float64
	MacroF1           float64
	WeightedPrecision float64
	WeightedRecall    float64
	WeightedF1        float64
}

// Scores computes precision, recall and F1 as scikit-learn does: precision =
// right / predicted, recall = right / support, F1 = 2 right / (predicted +
// support), and 0 where a divisor is 0.
func (c *Confusion) Scores() *Scores {
	s := &Scores{Accuracy: c.Accuracy()}
	var precision, recall, f1, support, alike [10]float64
	for i := range c {
		right, called, there := c[i][i], c.predicted(i), c.support(i)
		precision[i], recall[i] = ratio(right, called), ratio(right, there)
		f1[i] = ratio(2*right, called+there)
		support[i], alike[i] = float64(there), 1
		s.PerClass[i] = ClassScore{fashion.Classes[i], precision[i], recall[i], f1[i], there}
	}
	s.MacroPrecision, s.WeightedPrecision = weightedMean(precision, alike), weightedMean(precision, support)
	s.MacroRecall, s.WeightedRecall = weightedMean(recall, alike), weightedMean(recall, support)
	s.MacroF1, s.WeightedF1 = weightedMean(f1, alike), weightedMean(f1, support)
	return s
}

func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// weightedMean is the weighted mean of v, 0 if all weights are 0. The sums are in
// numpy's order (the first eight in pairs), so that the last digit printed is
// scikit-learn's.
func weightedMean(v, weight [10]float64) float64 {
	var products [10]float64
	for i := range v {
		products[i] = v[i] * weight[i]
	}
	total := pairwise(weight)
	if total == 0 {
		return 0
	}
	return pairwise(products) / total
}

func pairwise(v [10]float64) float64 {
	return ((v[0] + v[1]) + (v[2] + v[3])) + ((v[4] + v[5]) + (v[6] + v[7])) + v[8] + v[9]
}
