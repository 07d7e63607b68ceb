// Package sample makes the images that need no files: the drawn sample, on which
// the program runs where Fashion-MNIST cannot be had, and images of noise for
// benchmarks and tests.
//
// A seed flows in; a [fashion.Dataset] flows out. Start reading at [Dataset].
//
// The sample paints filled shapes in float32 with a canvas of its own. That of
// package sketch would give other bits, and the sample's hashes are part of every
// run that was trained on it.
package sample
