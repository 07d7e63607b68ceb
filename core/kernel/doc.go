// Package kernel holds the arithmetic of both networks: convolution, dense
// layers, pooling, normalization, the loss, and the few functions of analysis
// that they need. Everything works on flat []float32 that the caller owns.
//
// # Shape letters
//
//	N  images          C  input channels    K  output channels
//	H  rows of pixels  W  columns of pixels
//	Leaf = 16 images, one shard: the unit over which gradients are summed first
//
// Package nn uses the same letters.
//
// # Memory order
//
// Activations are channels last with a border of zeros, one image after the
// other: [N][Rows][Cols][C]. Rows is H rounded up to a multiple of 4, plus 2;
// Cols likewise. Pixel (0,0) is at row 1, column 1. What lies outside the H x W
// pixels is zero when the caller makes the buffer, and every kernel leaves it
// zero. Dense layers use [N][features]. Weights have PyTorch's layouts: a
// convolution's is [K][C][3][3] (OIHW), a dense layer's [out][in].
//
// # Which kernel serves which layer
//
//	convolution 1->32 at 28x28     first.go: rows of patches
//	convolutions 32->32 to 128->128 winograd.go, winograd_back.go: products at
//	                               interpolation points (points.go, plane.go)
//	other convolutions, or Direct  direct.go: overlapping rows, plain loops
//	convolution, ReLU and pooling  conv_pool.go: one pass, nothing stored between
//	dense 12544->128               dense_blocks.go: blocks of 64 inputs
//	smaller dense layers           dense.go: plain loops (gemm.go)
//	batch normalization            norm.go
//	ReLU, dropout, flatten         pointwise.go; pooling: pool.go
//
// The straight-line code under them is written by scripts/kernelgen into files
// named *_gen.go; a network with other shapes adds lines to the tables there. All
// of it rests on two products: rows*_gen.go multiply pairs of rows by a panel of
// four columns, outer*_gen.go sum outer products of many rows, both with eight
// sums in registers and a whole tile in one loop iteration, because an iteration
// costs as much as several products in WebAssembly.
//
// # Rounding
//
// All sums run in one fixed order and every product is rounded before it is
// added, float32(a*b), so that no compiler may fuse the two: amd64 and wasm give
// the same bits. A gradient with respect to parameters is summed within each
// leaf of 16 images first; the leaves are then added in the fixed binary tree of
// [TreeSplit], always in the parameter's own (spatial) domain, so the gradient of
// a node of the tree is the same whether it is computed at once or as its two
// halves, by whatever worker. A convolution computes one shard and package nn adds
// the shards up; a dense layer and the biases, whose partial sums stay in
// registers, take a whole node. NaN and infinities go through as IEEE 754 says; no
// kernel skips a product because one factor is zero.
//
// # Panics
//
// Kernels are called with sizes that a network's table has fixed. A size that
// does not fit is a mistake in the program: constructors panic with a sentence,
// kernels by Go's own index check. Nothing allocates once every
// buffer has been used, and a Conv or Dense may be used by one goroutine at a time.
package kernel
