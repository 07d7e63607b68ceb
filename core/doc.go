// Package core documents the core: everything that computes, in pure Go, with
// the same bits in every browser and natively. Its folders hold the code:
//
//	random      random numbers that are functions of what they are for
//	digest      SHA-256, which fingerprints are
//	strictjson  JSON objects without equal keys
//	kernel      arithmetic on flat []float32: convolution, dense layers, pooling
//	checkpoint  files of weights and of whole runs
//	optim       Adam, schedules of the learning rate, divergence
//	fashion     the data set: files, split, order, augmentation
//	sample      the drawn sample, and images of noise
//	sketch      strokes and pictures to pixels
//	garments    the generator of drawings
//	nn          layers, and the two networks as tables of layers
//	metrics     confusion, classification report, McNemar's test, calibration
//	inspect     what a network looks at, as pictures
//	infer       answers: single images, evaluations, calibration, neighbours
//	train       the loop: a run, its step, its workers, its saved state
//	finetune    a person's own drawings, learned by a trained network
//
// A folder imports only folders above it; scripts/guard holds that.
//
// # The promise
//
// The same settings and seed give the same weights, bit for bit: in every
// browser, natively, with one worker or eight, straight through or stopped,
// saved and loaded at any step. So eight digits of their SHA-256, the run's
// fingerprint, tell whether two runs were the same.
//
// # Why that is not free
//
// Floating-point addition is not associative: (a+b)+c and a+(b+c) may differ in
// the last bit, and training makes a large difference of a small one. A sum
// keeps its bits only if it is made in one order. Eight workers that each add up
// an eighth of a batch add in another order than one worker alone, unless the
// order is fixed beforehand. Here it is.
//
// # Shards and the tree
//
// A batch is cut into shards of 16 consecutive images, whatever the number of
// workers; 128 images are 8 shards, 37 are 3, the last of 5 images. Each shard's
// gradient is summed on its own, image after image. Then the shards are added in
// a fixed binary tree, whose left side is the largest power of two that leaves
// something for the right:
//
//	8 shards:  ((0+1)+(2+3)) + ((4+5)+(6+7))
//	7 shards:  ((0+1)+(2+3)) + ((4+5)+6)
//	3 shards:  (0+1)+2
//
// Workers get consecutive shards. A worker adds up its shards as far as they are
// whole nodes of the tree, and these nodes are added further where the workers
// meet. With two workers and 8 shards, one computes ((0+1)+(2+3)), the other
// ((4+5)+(6+7)). With three, one has shards 0 and 1 and hands on 0+1; the next
// has 2, 3 and 4 and hands on 2+3 and 4, two nodes, since no node is 2+3+4. The
// brackets are the same, so the bits are. Which worker computes a bracket, and
// when, does not matter.
//
// # Where workers meet
//
// All meetings of a step go through one interface, train.Exchange: goroutines
// natively, Web Workers in the page.
//
//   - Batch normalisation needs the mean and variance of each channel over the
//     whole batch. Each shard gives (count, mean, sum of squared deviations) in
//     float64, every worker gets all shards' and merges them in the same tree
//     (Chan's formula). Backward meets in the same way over two sums. Model 2
//     has six such layers, so 12 meetings a step; Model 1 has none.
//   - The loss of each shard: every worker knows the batch's loss, and comes to
//     the same verdict on whether the run has diverged.
//   - Gradients: each worker gets, for its part of the parameters, the nodes of
//     all workers, adds them in the tree and updates that part (each parameter
//     is an affair of its own). Then the parts are put together again.
//
// Until the meeting over the gradients nothing of a step is kept, so a step may be
// given up anywhere before it and done again with the same bits. From then on
// workers update their parts, and the step can only be completed.
//
// # In which domain gradients are summed
//
// Winograd's algorithm computes a 3×3 convolution, and its weight's gradient, in
// a transformed domain, of 8×8 numbers a filter say. Sums could be made there;
// they are not. Each shard's weight gradient is transformed back to the 3×3
// filter first. So every sum over shards is in the parameter's own, spatial
// domain, there is one tree for all parameters, and what workers exchange are
// gradients of the size of the parameters.
//
// # Rules that keep the bits
//
//   - A product is rounded before it is added: s += float32(a*b), in float64
//     code float64(a*b). Some processors can multiply and add with one rounding,
//     and Go may use that where the source leaves it free; a conversion forbids
//     it. A test reads the arm64 machine code of all these packages for such
//     instructions.
//   - From package math only what IEEE 754 defines to the last bit: Sqrt, Abs,
//     Floor, and the functions on bits. Exp, Log and Cos are our own (package
//     kernel), since math's differ between amd64 and WebAssembly.
//   - Every random number is a function of (seed, purpose, epoch, step,
//     position): see package random. No generator has a state that depends on
//     who drew before.
//   - No sum runs over a map, no result depends on which goroutine comes first,
//     nothing reads a clock. The core has no files and no network.
//   - Tests hold it: one file of hashes (train/testdata/golden.json) for native
//     code, with any number of workers and under the race detector, and for
//     WebAssembly; a run stopped after each step; machine code; imports.
//
// What could break it: an engine outside the core (a GPU adds in its own
// order), or a Go compiler that changed the meaning of a conversion.
package core
