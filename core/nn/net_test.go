package nn

import (
	"strings"
	"testing"

	"atelier/core/checkpoint"
)

func TestParameterCountsAreTheReports(t *testing.T) {
	tests := []struct {
		spec Spec
		want int
	}{{Model1, 1625866}, {Model2, 295786}}
	for _, tt := range tests {
		t.Run(tt.spec.Name, func(t *testing.T) {
			if got := len(NewNet(tt.spec).Params); got != tt.want {
				t.Errorf("%d parameters, want %d", got, tt.want)
			}
			sum := 0
			layers := tt.spec.Layers
			for _, l := range layers {
				sum += l.Parameters()
			}
			if sum != tt.want {
				t.Errorf("the layers count %d parameters, want %d", sum, tt.want)
			}
			if last := layers[len(layers)-1].Out; last != (Shape{C: Labels}) {
				t.Errorf("the last layer gives %s, want 10", last)
			}
		})
	}
}

func TestLayersRefuseWhatDoesNotFit(t *testing.T) {
	tests := []struct {
		name  string
		layer Layer
		in    Shape
		want  string
	}{
		{"channels", Conv2d("conv2", 32, 64, ReLU), Shape{C: 16, H: 28, W: 28}, "conv2 takes 32 channels, but gets 16×28×28"},
		{"features", Linear("fc1", 12544, 128, ReLU), Shape{C: 64, H: 14, W: 14}, "fc1 takes 12544 features, but gets 64×14×14"},
		{"odd", MaxPool2d("pool"), Shape{C: 1, H: 7, W: 7}, "pool halves height and width, but gets 1×7×7"},
		{"flat dropout", Dropout("dropout", .25), Shape{C: 1, H: 7, W: 7}, "Dropout takes features"},
		{"flat pool", GlobalAvgPool("gap"), Shape{C: 9}, "gap averages pixels, but gets 9"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := tt.layer.At(tt.in); err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
		})
	}
}

func TestNewNetRefusesLayersWithoutTheirShapes(t *testing.T) {
	for name, layers := range map[string][]Layer{
		"a plain list":      {Conv2d("conv", 1, 4, ReLU), MaxPool2d("pool")},
		"one out of place":  {Sequential(Conv2d("conv", 1, 4, ReLU), MaxPool2d("pool"))[1], Sequential(Conv2d("conv", 1, 4, ReLU))[0]},
		"one without shape": append(Sequential(Conv2d("conv", 1, 4, ReLU)), Flatten()),
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if got, ok := recover().(string); !ok || !strings.Contains(got, "list the layers with Sequential") {
					t.Errorf("it gives %q", got)
				}
			}()
			NewNet(Spec{Name: "wrong", Layers: layers})
		})
	}
}

func TestSequentialSaysWhatDoesNotFit(t *testing.T) {
	defer func() {
		if got := recover(); got != "nn: fc takes 9 features, but gets 784" {
			t.Errorf("it gives %q", got)
		}
	}()
	Sequential(Flatten(), Linear("fc", 9, Labels, Plain))
}

func TestLoadStateDictNamesWhatIsWrongAndChangesNothing(t *testing.T) {
	good := func() []checkpoint.Tensor {
		n := NewNet(Model2)
		n.Init(1)
		return n.StateDict()
	}
	tests := []struct {
		name string
		bad  func(ts []checkpoint.Tensor) []checkpoint.Tensor
		want string
	}{
		{"missing", func(ts []checkpoint.Tensor) []checkpoint.Tensor { return ts[1:] }, `needs a tensor "features.0.conv.weight"`},
		{"shape", func(ts []checkpoint.Tensor) []checkpoint.Tensor { ts[0].Shape = []int{32, 9}; return ts }, "has shape [32 9]"},
		{"extra", func(ts []checkpoint.Tensor) []checkpoint.Tensor {
			return append(ts, checkpoint.Tensor{Name: "fc9.weight"})
		}, `holds a tensor "fc9.weight"`},
		{"type", func(ts []checkpoint.Tensor) []checkpoint.Tensor {
			ts[5].DType, ts[5].F32, ts[5].I64 = "F32", []float32{1}, nil
			return ts
		}, "num_batches_tracked"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := NewNet(Model2)
			n.Init(2)
			before := n.WeightsSHA256()
			err := n.LoadStateDict(tt.bad(good()))
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one with %q", err, tt.want)
			}
			if n.WeightsSHA256() != before {
				t.Error("the network changed")
			}
		})
	}
	n := NewNet(Model2)
	if err := n.LoadStateDict(good()); err != nil {
		t.Errorf("its own state_dict: %v", err)
	}
}

func TestNodesCoverARangeWithTheTreesOwnNodes(t *testing.T) {
	tests := []struct {
		name string
		r    Shards
		all  int
		want []Shards
	}{
		{"all", Shards{0, 8}, 8, []Shards{{0, 8}}},
		{"half", Shards{4, 8}, 8, []Shards{{4, 8}}},
		{"third of eight", Shards{2, 5}, 8, []Shards{{2, 4}, {4, 5}}},
		{"last of seven", Shards{4, 7}, 7, []Shards{{4, 7}}},
		{"middle of seven", Shards{1, 6}, 7, []Shards{{1, 2}, {2, 4}, {4, 6}}},
		{"none", Shards{3, 3}, 8, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := tt.r.Nodes(tt.all)
			if len(got) != len(tt.want) {
				t.Fatalf("%v, want %v", got, tt.want)
			}
			for i := range got {
				if got[i] != tt.want[i] {
					t.Fatalf("%v, want %v", got, tt.want)
				}
			}
		})
	}
}
