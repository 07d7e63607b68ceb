package inspect

import "fmt"

// Window is what one input channel gives to one number of a 3x3 convolution.
type Window struct {
	Inputs   [9]float32 `json:"inputs"` // row by row; 0 outside the map
	Weights  [9]float32 `json:"weights"`
	Products [9]float32 `json:"products"`
	Sum      float32    `json:"sum"`
}

// ConvCell explains one number of a 3x3 convolution with padding 1 down to its
// products: the sum of all windows and the bias is the number before any
// normalization and ReLU.
type ConvCell struct {
	Windows []Window `json:"windows"` // one an input channel
	Bias    float32  `json:"bias"`
	Sum     float32  `json:"sum"`
}

// ExplainConv explains the number at (x, y) of one output channel. in are the
// C input maps, weight that channel's C*9 weights.
func ExplainConv(in []Map, weight []float32, bias float32, x, y int) (*ConvCell, error) {
	if len(in) == 0 || len(weight) != 9*len(in) {
		return nil, fmt.Errorf("%d weights do not fit a 3x3 convolution of %d maps", len(weight), len(in))
	}
	c := &ConvCell{Bias: bias, Sum: bias}
	for i, m := range in {
		if m.W != in[0].W || m.H != in[0].H || len(m.Data) != m.W*m.H {
			return nil, fmt.Errorf("map %d has another size than map 0", i)
		}
		if x < 0 || y < 0 || x >= m.W || y >= m.H {
			return nil, fmt.Errorf("there is no number at (%d, %d) of a map of %d by %d", x, y, m.W, m.H)
		}
		var w Window
		copy(w.Weights[:], weight[9*i:])
		for k := range 9 {
			sx, sy := x+k%3-1, y+k/3-1
			if sx >= 0 && sy >= 0 && sx < m.W && sy < m.H {
				w.Inputs[k] = m.Data[sy*m.W+sx]
			}
			w.Products[k] = float32(w.Inputs[k] * w.Weights[k])
			w.Sum += w.Products[k]
		}
		c.Windows = append(c.Windows, w)
		c.Sum += w.Sum
	}
	return c, nil
}

// Filters returns the weights of a convolution's output channels as maps: for
// each, its filter over one input channel. weight is [out][in][k][k].
func Filters(weight []float32, out, in, k, channel int) ([]Map, error) {
	if len(weight) != out*in*k*k || channel < 0 || channel >= in {
		return nil, fmt.Errorf("%d weights are not %d filters of %dx%d over %d channels, or have no channel %d", len(weight), out, k, k, in, channel)
	}
	maps := make([]Map, out)
	for o := range maps {
		at := (o*in + channel) * k * k
		maps[o] = Map{W: k, H: k, Data: weight[at : at+k*k : at+k*k]}
	}
	return maps, nil
}
