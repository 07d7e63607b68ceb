// Package published holds what the report prints ("Fashion Image Classification
// with Visualization", course report, January 2026), and nothing else: the
// figures beside which a run's own are shown.
package published

import "atelier/core/train"

// Numbers are what the report says of one model.
type Numbers struct {
	Settings   [][2]string // its table 1 or 2: setting and value
	Accuracy   float64     // its table 3, on the test set
	MacroF1    float64
	WeightedF1 float64
	PerClass   [10][3]float64 // its figure 4 or 5: precision, recall, F1
	Macro      [3]float64     // the last row of that figure
	History    train.History  // its notebook's output; rates and seconds are not given
}

// Of returns what the report says of model1 or model2, and false
// for any other name.
func Of(model string) (*Numbers, bool) {
	p, ok := numbers[model]
	return p, ok
}

var numbers = map[string]*Numbers{
	"model1": {
		Settings: [][2]string{
			{"Epochs", "12"},
			{"Batch size", "128"},
			{"Optimizer", "Adam"},
			{"Learning rate", "1e-3, fixed"},
			{"Scheduler", "none"},
			{"Loss", "CrossEntropyLoss"},
			{"Weight decay", "0"},
			{"Dropout", ".25"},
			{"Augmentation", "none"},
			{"Normalization", "mean .2860, std .3530"},
			{"Seed", "42"},
		},
		Accuracy: .9272, MacroF1: .9272, WeightedF1: .9272,
		PerClass: [10][3]float64{
			{.9013, .8680, .8844}, // T-shirt/top
			{.9959, .9780, .9869}, // Trouser
			{.8786, .8970, .8877}, // Pullover
			{.9176, .9460, .9316}, // Dress
			{.8804, .8830, .8817}, // Coat
			{.9850, .9830, .9840}, // Sandal
			{.8018, .8010, .8014}, // Shirt
			{.9696, .9570, .9633}, // Sneaker
			{.9859, .9820, .9840}, // Bag
			{.9578, .9770, .9673}, // Ankle boot
		},
		Macro: [3]float64{.9274, .9272, .9272},
		History: publishedHistory([][4]float64{
			{.4344, .8449, .2903, .8978},
			{.2771, .8986, .2435, .9092},
			{.2281, .9160, .2229, .9193},
			{.1939, .9289, .1957, .9278},
			{.1676, .9381, .2105, .9282},
			{.1447, .9462, .2063, .9282},
			{.1267, .9525, .2081, .9278},
			{.1104, .9585, .2026, .9328},
			{.0976, .9645, .2152, .9305},
			{.0854, .9678, .2279, .9302},
			{.0783, .9704, .2282, .9340},
			{.0687, .9740, .2382, .9322},
		}),
	},
	"model2": {
		Settings: [][2]string{
			{"Epochs", "12"},
			{"Batch size", "128"},
			{"Optimizer", "AdamW"},
			{"Learning rate", "1e-3"},
			{"Scheduler", "ReduceLROnPlateau, factor .5, patience 2"},
			{"Loss", "CrossEntropyLoss"},
			{"Weight decay", "1e-5"},
			{"Dropout", ".05, .10, .15, then .20"},
			{"Augmentation", "RandomCrop(28, padding 4), RandomHorizontalFlip(.5)"},
			{"Normalization", "mean .5, std .5"},
			{"Seed", "not fixed"},
		},
		Accuracy: .9137, MacroF1: .9121, WeightedF1: .9121,
		PerClass: [10][3]float64{
			{.8435, .8840, .8633}, // T-shirt/top
			{.9930, .9860, .9895}, // Trouser
			{.7819, .9500, .8578}, // Pullover
			{.9025, .9440, .9228}, // Dress
			{.8969, .8260, .8600}, // Coat
			{.9839, .9770, .9804}, // Sandal
			{.8558, .6530, .7408}, // Shirt
			{.9617, .9530, .9573}, // Sneaker
			{.9841, .9930, .9886}, // Bag
			{.9510, .9710, .9609}, // Ankle boot
		},
		Macro: [3]float64{.9154, .9137, .9121},
		History: publishedHistory([][4]float64{
			{.7750, .7158, .4986, .8230},
			{.4659, .8289, .3867, .8570},
			{.3977, .8560, .3287, .8747},
			{.3576, .8695, .3188, .8782},
			{.3296, .8800, .3166, .8798},
			{.3096, .8880, .2849, .8920},
			{.2966, .8929, .2967, .8845},
			{.2814, .8977, .2545, .9038},
			{.2733, .9016, .2574, .9035},
			{.2639, .9033, .2368, .9093},
			{.2576, .9075, .2460, .9087},
			{.2510, .9101, .2407, .9120},
		}),
	},
}

// publishedHistory is a history of training loss and accuracy and validation loss and
// accuracy, epoch by epoch.
func publishedHistory(rows [][4]float64) train.History {
	h := make(train.History, len(rows))
	for i, r := range rows {
		h[i] = train.Record{Epoch: i + 1, TrainLoss: r[0], TrainAcc: r[1], ValLoss: r[2], ValAcc: r[3]}
	}
	return h
}
