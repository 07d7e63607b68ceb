// Package metrics turns answers into figures. Counts and probabilities flow in;
// what is printed, saved or plotted flows out. It knows no network.
//
//   - [Confusion] counts predicted against true classes; [Confusion.Scores] and
//     [Confusion.Report] are scikit-learn's, and [Evaluation] is all of them as
//     `eval` prints it. Start reading there.
//   - [McNemar] tests whether two networks differ by more than chance.
//   - [FitTemperature], [ECE] and [ConfidenceThreshold] make probabilities mean
//     what they say.
//   - [ScoreDrawings] is how well people's drawings are understood, with
//     intervals ([Rate]).
package metrics
