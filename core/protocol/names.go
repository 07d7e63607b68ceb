package protocol

import (
	"reflect"

	"atelier/core/fashion"
	"atelier/core/inspect"
	"atelier/core/train"
)

// Version stands in every message as v.
const Version = 1

// ModelName is a network.
type ModelName string

// The networks.
const (
	Model1 ModelName = "model1"
	Model2 ModelName = "model2"
)

// RecipeName is a recipe of a network.
type RecipeName string

// The recipes.
const (
	Report RecipeName = "report"
	Best   RecipeName = "best"
	Sketch RecipeName = "sketch"
)

// Monitor is the figure that chooses the best weights.
type Monitor string

// What may choose the best weights.
const (
	MonitorLoss Monitor = train.MonitorLoss
	MonitorAcc  Monitor = train.MonitorAcc
)

// EngineChoice is what trains a run on the server: the words of -engine.
type EngineChoice string

// The choices.
const (
	EngineAuto  EngineChoice = "auto"
	EngineCore  EngineChoice = "core"
	EngineGoMLX EngineChoice = "gomlx"
)

// Split is a part of the data set.
type Split string

// The splits: train and val share a file.
const (
	SplitTrain Split = "train"
	SplitVal   Split = "val"
	SplitTest  Split = "test"
)

// ImageFile is a file of the data set.
type ImageFile string

// The files.
const (
	FileTrain ImageFile = "train"
	FileTest  ImageFile = "test"
)

// Which of a run's weights.
type Which string

// Those of the best epoch, and those after the last step.
const (
	BestWeights Which = "best"
	LastWeights Which = "last"
)

// Scale is how a map's numbers become colours: by its own range, by the
// layer's, or by one given range.
type Scale string

// The scales.
const (
	ScaleMap   Scale = Scale(inspect.PerMap)
	ScaleLayer Scale = Scale(inspect.PerLayer)
	ScaleFixed Scale = Scale(inspect.Fixed)
)

// DataKind is Fashion-MNIST, or the sample that Atelier draws itself.
type DataKind string

// The kinds.
const (
	RealData  DataKind = "real"
	DrawnData DataKind = "drawn"
)

// Enums lists the types whose values are words, with all of them in their
// order. A test compares it with the constants.
var Enums = []Enum{
	enum(Model1, Model2), enum(Report, Best, Sketch), enum(MonitorLoss, MonitorAcc), enum(EngineAuto, EngineCore, EngineGoMLX),
	enum(SplitTrain, SplitVal, SplitTest), enum(FileTrain, FileTest), enum(BestWeights, LastWeights), enum(ScaleMap, ScaleLayer, ScaleFixed),
	enum(RealData, DrawnData), enum(StatusRunning, StatusPaused, StatusQueued, StatusStopped, StatusDone, StatusFailed),
	enum(StateQueued, StateRunning, StatePaused, StateStopped, StateInterrupted, StateDone, StateFailed),
	enum(LoadedWeights, LoadedCheckpoint), enum(EndDone, EndInterrupted),
	enum(KeyLR, KeyWeightDecay, KeyDropout, KeyLabelSmoothing, KeyEpochs), enum(ByServer, ByTerminal), enum(SpeedOfRun, SpeedOfBenchmark),
}

// Enum is a type whose values are words.
type Enum struct {
	Type   reflect.Type
	Values []string
}

func enum[T ~string](values ...T) Enum {
	e := Enum{Type: reflect.TypeFor[T]()}
	for _, v := range values {
		e.Values = append(e.Values, string(v))
	}
	return e
}

// PageWords are enumerations that the page has a use for and no message holds.
var PageWords = []reflect.Type{reflect.TypeFor[ChangeKey](), reflect.TypeFor[EngineChoice]()}

// Narrowed are fields of other packages' structs that are plain strings there
// and hold the words of an enumeration.
var Narrowed = map[string]reflect.Type{
	"Config.model":   reflect.TypeFor[ModelName](),
	"Config.recipe":  reflect.TypeFor[RecipeName](),
	"Config.monitor": reflect.TypeFor[Monitor](),
}

// ClassNames are the names of the classes, exactly as the data set's, by label.
var ClassNames = fashion.Classes
