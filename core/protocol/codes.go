package protocol

// Failure is why a command was refused: a code for the page, a sentence for people.
type Failure struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Hint    string `json:"hint,omitempty"`
}

// Code is an error code of a worker with its meaning.
type Code struct{ Code, Meaning string }

// Codes lists those of a worker.
var Codes = []Code{
	{"bench", "the numbers of a benchmark are out of their limits"},
	{"change", "this hyperparameter cannot be changed so"},
	{"class", "there is no such class"},
	{"command", "a word or a number of the command is missing or wrong"},
	{"complete", "the run has taken all of its steps"},
	{"config", "the run's settings cannot be used"},
	{"data", "the images cannot be used"},
	{"dead", "the worker has ended"},
	{"diverged", "the weights have grown beyond all numbers"},
	{"drawing", "the drawing shows nothing, or cannot be read"},
	{"failed", "an error nobody wrote a sentence for"},
	{"file", "the file was read and refused"},
	{"index", "there is no such image"},
	{"layer", "there is no such layer, or it has no such number"},
	{"lesson", "nothing can be learned from these drawings"},
	{"maps", "the maps cannot be painted"},
	{"moved", "the weights have changed since the lesson began"},
	{"no_data", "the images have not arrived yet"},
	{"no_lesson", "there is no lesson under way"},
	{"no_program", "the WebAssembly program did not start"},
	{"no_run", "there is no run"},
	{"no_weights", "the network has not learned anything yet"},
	{"not_finite", "the network's scores are no numbers any more"},
	{"panic", "the program failed, and ends"},
	{"picture", "the picture cannot be read"},
	{"replaced", "another run took this one's place"},
	{"run", "the run ended by an error"},
	{"split", "there is no such split"},
	{"training", "this cannot be done while the network trains"},
	{"unknown", "there is no such command"},
	{"weights", "the weights have changed"},
	{"worker", "a worker died and was not replaced"},
}
