package inspect

// ReportImage is the test image, an ankle boot, whose maps the report shows.
const ReportImage = 123

// View is one picture of maps of the report or its notebooks.
type View struct {
	Model   string `json:"model"`
	Layer   string `json:"layer"`   // the module's name in PyTorch
	Figure  int    `json:"figure"`  // in the report; 0: in the notebook only
	Filters bool   `json:"filters"` // the layer's weights, not its activations
	First   int    `json:"first"`   // how many maps are shown
	Columns int    `json:"columns"`
	Title   string `json:"title"`
}

// Options returns how the report draws this view: each map on its own scale.
// Filters are around 0, and are drawn so.
func (v View) Options(zoom int) Options {
	o := Options{Scale: Scale{Mode: PerMap}, Palette: Viridis, First: v.First, Columns: v.Columns, Zoom: zoom, Gap: 2}
	if v.Filters {
		o.Scale.Symmetric, o.Palette = true, Diverging
	}
	return o
}

// Views returns the pictures of maps that the report and its notebooks show of
// a model, in the order of its layers.
func Views(model string) []View {
	switch model {
	case "model1":
		return []View{
			{model, "conv1", 0, true, 16, 4, "Filters of conv1"},
			{model, "conv1", 8, false, 16, 4, "conv1"},
			{model, "conv2", 8, false, 16, 4, "conv2"},
			{model, "pool", 0, false, 16, 4, "Pooling"},
		}
	case "model2":
		return []View{
			{model, "features.0", 9, false, 32, 8, "First Conv-BN-ReLU block"},
			{model, "features.1", 0, false, 32, 8, "Second block"},
			{model, "features.3", 10, false, 32, 8, "Stage 1"},
			{model, "features.4", 0, false, 32, 8, "Third block"},
			{model, "features.5", 0, false, 32, 8, "Fourth block"},
			{model, "features.7", 0, false, 32, 8, "Stage 2"},
			{model, "features.8", 0, false, 32, 8, "Fifth block"},
			{model, "features.9", 0, false, 32, 8, "Sixth block"},
			{model, "features.10", 11, false, 32, 8, "Stage 3"},
		}
	}
	return nil
}
