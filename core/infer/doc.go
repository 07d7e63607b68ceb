// Package infer runs networks that do not train: it answers single images,
// evaluates lists of them, calibrates the answers and finds the images that a
// network takes for most alike.
//
// Weights (an nn.Net) and raw pixels flow in; logits, probabilities, features
// and metrics flow out. Start reading at [Predictor].
//
// There is one way to evaluate, [InProgress.Complete], whoever runs the network:
// a Predictor's goroutines, the workers of a run that is being trained, or an
// engine on other hardware. Each completes its [Part] with a [Forward] of its
// own:
//
//	EvalRequest --Worker.Part--> Part --InProgress.Complete--> rows --Result--> EvalResult
//
// An evaluation in progress is a row an image: empty until answered, then never
// written again. That is all of its state, so it can be left between any two
// batches, saved, and completed elsewhere.
package infer
