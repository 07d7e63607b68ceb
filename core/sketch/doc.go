// Package sketch turns drawings and pictures of garments into the 28x28 pixels
// that the networks read, and nothing else.
//
// Strokes ([Drawing], read by [ParseNDJSON]) flow into [Rasterize], pictures in
// grey or RGBA into [FromPicture]; both give 784 grey values, bright on black.
// Start reading at Rasterize. It is the one rasteriser of training and of
// prediction: the longest side of the ink takes the full 28 pixels, as in 99.6 %
// of the images of Fashion-MNIST, and the pen's width is set after scaling.
//
// Products are written float64(a*b) or through mul, so that no compiler fuses
// them with a sum and every platform gives the same bits.
package sketch
