// Package garments draws garments as people do, for training and for measuring.
//
// A stream of random numbers and a class flow in; strokes flow out, or the pixels
// that sketch makes of them. Drawings are functions of their key: [Sample] is
// training's, at a position of an epoch; [HeldOut] is for measuring, with wider
// ranges and other numbers than training's. [Vary] draws a person's drawing once
// more. They come from formulas about garments and hands; no stroke of any
// person's drawing is in them.
//
// Start reading at generate: the class draws a figure of ideal paths
// (tshirt, trousers, ...), place gives it a pose, a hand draws it unsteadily onto
// a sheet, and the sheet becomes strokes.
//
// Products are written float64(a*b) or through mul, so that no compiler fuses
// them with a sum and every platform gives the same bits.
package garments
