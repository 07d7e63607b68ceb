// Package sketch turns drawings and pictures of garments into the 28x28 pixels
// that the networks read, draws garments of its own to train on, and measures
// how well drawings are understood.
//
// There is one rasteriser, [Rasterize], for training and for prediction: the
// longest side of the ink takes the full 28 pixels, as in 99.6 % of the images
// of Fashion-MNIST, and the pen's width is set after scaling.
//
// Drawings made by the generator ([Generate], [Sample]) are functions of their
// key. They come from formulas about garments and hands; no stroke of any
// person's drawing is in them.
//
// Products are written float64(a*b) or through mul, so that no compiler fuses
// them with a sum and every platform gives the same bits.
package sketch
