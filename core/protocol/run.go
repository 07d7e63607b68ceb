package protocol

import "atelier/core/train"

// Config is what a run is started with; a word left out has the recipe's value.
type Config struct {
	train.Config `ts:"only=model"`
	Workers      int `json:"workers,omitempty"`
}

// TrainRequest begins a run from new weights.
type TrainRequest struct {
	Config Config `json:"config"`
	Paused bool   `json:"paused,omitempty"`
}

// TrainResult tells of the run that has begun.
type TrainResult struct {
	Config Config `json:"config"` // as completed by the recipe
	Images int    `json:"images"` // that an epoch trains on
}

// StepRequest does n steps and pauses. It is answered at once; a status event
// says paused when the steps are done.
type StepRequest struct {
	N int `json:"n"`
}

// ChangeKey is a hyperparameter that may change while a run is going.
type ChangeKey string

// The keys, in the order in which the page shows them.
const (
	KeyLR             ChangeKey = "lr"
	KeyWeightDecay    ChangeKey = "weight_decay"
	KeyDropout        ChangeKey = "dropout"
	KeyLabelSmoothing ChangeKey = "label_smoothing"
	KeyEpochs         ChangeKey = "epochs"
)

// ChangeKeys lists them in that order.
var ChangeKeys = []ChangeKey{KeyLR, KeyWeightDecay, KeyDropout, KeyLabelSmoothing, KeyEpochs}

// ChangeRequest sets a hyperparameter from the run's next step on.
type ChangeRequest struct {
	Key   string  `json:"key"`
	Value float64 `json:"value"`
}

// ChangeResult tells from which step on it holds.
type ChangeResult struct {
	Step int `json:"step"`
}

// FingerprintResult is the hash of the weights as they are now.
type FingerprintResult struct {
	WeightsSHA256 string `json:"weights_sha256"`
}

// StateRequest asks for the whole run.
type StateRequest struct {
	// Share: in shared memory, where the page is isolated, so that nobody needs a copy.
	Share bool `json:"share,omitempty"`
}

// StateResult is a checkpoint and the step that it is of.
type StateResult struct {
	Bytes Buffer `json:"bytes"`
	Step  int    `json:"step"`
}

// LoadRequest brings a file: a whole run, or weights.
type LoadRequest struct {
	Bytes Buffer `json:"bytes"`
}

// What a file held.
type What string

// Weights alone, or a whole run.
const (
	LoadedWeights    What = "weights"
	LoadedCheckpoint What = "checkpoint"
)

// LoadResult tells what the file held; all but What is of a run.
type LoadResult struct {
	What     What           `json:"what"`
	Step     *int           `json:"step,omitempty"`
	Steps    *int           `json:"steps,omitempty"`
	Complete *bool          `json:"complete,omitempty"` // nothing is left to do
	Images   *int           `json:"images,omitempty"`
	Config   *Config        `json:"config,omitempty"`
	History  []EpochEvent   `json:"history,omitempty"`
	Changes  []train.Change `json:"changes,omitempty"`
}

// WeightsRequest asks for weights as a file that PyTorch reads.
type WeightsRequest struct {
	Which Which `json:"which"`
}

// WeightsResult is the file.
type WeightsResult struct {
	Bytes Transferred `json:"bytes"`
}

// BenchmarkTrainRequest measures the trainer's own step on synthetic data.
type BenchmarkTrainRequest struct {
	Model int `json:"model"` // 1 or 2
	Batch int `json:"batch"`
	Steps int `json:"steps"`
}

// BenchmarkTrainResult goes to scripts as it is.
type BenchmarkTrainResult struct {
	ImagesPerSecond float64   `json:"imagesPerSecond"`
	MedianMs        float64   `json:"medianMs"`
	Losses          []float64 `json:"losses"`
	WeightsSHA256   string    `json:"weightsSha256"`
}

// BenchmarkInferRequest measures answers alone.
type BenchmarkInferRequest struct {
	Model int `json:"model"` // 1 or 2
	Batch int `json:"batch"`
	Steps int `json:"steps"`
}

// BenchmarkInferResult goes to scripts as it is.
type BenchmarkInferResult struct {
	ImagesPerSecond float64 `json:"imagesPerSecond"`
	MedianMs        float64 `json:"medianMs"`
}
