package protocol

// Command is something that the page asks a worker for.
type Command struct {
	Name string
	// Request and Result are values of what the command takes and gives.
	Request, Result any
	// Seconds is how long the answer may take before the page gives it up; 0: as
	// long as it wants, since a person waits for what it computes and can end it.
	Seconds int
	// Shim commands are answered by worker.ts, all others by the Go program.
	Shim bool
}

// Nothing is a request or a result without a field.
type Nothing struct{}

// How long an answer may take, in seconds.
const (
	soon     = 10 // what computes nothing, or a few answers of a network
	starting = 60 // what waits for a file, or moves a whole run
	long     = 0
)

// Commands lists all of them. Every 2.5 seconds the page also sends a ping, and
// replaces a worker that is silent for ten.
var Commands = []Command{
	{Name: "prepare", Request: PrepareRequest{}, Result: Nothing{}, Seconds: starting, Shim: true},
	{Name: "boot", Request: BootRequest{}, Result: Nothing{}, Seconds: starting, Shim: true},
	{Name: "ping", Request: Nothing{}, Result: Nothing{}, Seconds: soon, Shim: true},

	{Name: "hello", Request: HelloRequest{}, Result: HelloResult{}, Seconds: soon},
	{Name: "data", Request: DataRequest{}, Result: Nothing{}, Seconds: starting},
	{Name: "crew", Request: CrewRequest{}, Result: Nothing{}, Seconds: starting},
	{Name: "help", Request: HelpRequest{}, Result: Nothing{}, Seconds: starting},

	{Name: "train", Request: TrainRequest{}, Result: TrainResult{}, Seconds: starting},
	{Name: "pause", Request: Nothing{}, Result: Nothing{}, Seconds: soon},
	{Name: "resume", Request: Nothing{}, Result: Nothing{}, Seconds: soon},
	{Name: "stop", Request: Nothing{}, Result: Nothing{}, Seconds: starting},
	{Name: "step", Request: StepRequest{}, Result: Nothing{}, Seconds: soon},
	{Name: "reset", Request: Nothing{}, Result: Nothing{}, Seconds: soon},
	{Name: "change", Request: ChangeRequest{}, Result: ChangeResult{}, Seconds: starting},
	{Name: "fingerprint", Request: Nothing{}, Result: FingerprintResult{}, Seconds: starting},

	{Name: "state", Request: StateRequest{}, Result: StateResult{}, Seconds: starting},
	{Name: "load", Request: LoadRequest{}, Result: LoadResult{}, Seconds: starting},
	{Name: "weights", Request: WeightsRequest{}, Result: WeightsResult{}, Seconds: starting},

	{Name: "evaluate", Request: EvaluateRequest{}, Result: EvaluateResult{}, Seconds: long},
	{Name: "mcnemar", Request: McNemarRequest{}, Result: McNemarTest{}, Seconds: soon},
	{Name: "predict", Request: PredictRequest{}, Result: PredictResult{}, Seconds: starting},
	{Name: "calibrate", Request: Nothing{}, Result: Calibration{}, Seconds: long},
	{Name: "nearest", Request: NearestRequest{}, Result: Nearest{}, Seconds: starting},

	{Name: "learn", Request: LearnRequest{}, Result: LearnResult{}, Seconds: long},
	{Name: "learnStep", Request: Nothing{}, Result: LearnStepResult{}, Seconds: starting},
	{Name: "learnEnd", Request: LearnEndRequest{}, Result: LearnEndResult{}, Seconds: long},
	{Name: "unlearn", Request: Nothing{}, Result: Nothing{}, Seconds: soon},

	{Name: "maps", Request: MapsRequest{}, Result: Pictures{}, Seconds: starting},
	{Name: "filters", Request: Nothing{}, Result: Pictures{}, Seconds: starting},
	{Name: "explain", Request: ExplainRequest{}, Result: Explanation{}, Seconds: starting},
	{Name: "evidence", Request: WhyRequest{}, Result: Evidence{}, Seconds: starting},
	{Name: "occlusion", Request: WhyRequest{}, Result: Occlusion{}, Seconds: long},
	{Name: "images", Request: ImagesRequest{}, Result: ImagesResult{}, Seconds: starting},

	{Name: "benchmarkTrain", Request: BenchmarkTrainRequest{}, Result: BenchmarkTrainResult{}, Seconds: long},
	{Name: "benchmarkInfer", Request: BenchmarkInferRequest{}, Result: BenchmarkInferResult{}, Seconds: long},
}

// Union is a type that is one of several.
type Union struct {
	Name, Doc string
	Of        []any
}

// Unions lists the events.
var Unions = []Union{
	{"RunEvent", "RunEvent is what a run tells, wherever it computes.", RunEvents},
	{"ServerEvent", "ServerEvent is what the server tells of one run beside its RunEvents.", ServerEvents},
}

// PageTypes are values of what else the page reads.
var PageTypes = []any{Failure{}, DeadEvent{}, RunDocument{}, Device{}, AllRuns{}}
