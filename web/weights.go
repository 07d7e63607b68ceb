package web

import "embed"

// Weights are the networks' weights that come with the program, one file a
// model and recipe: weights/MODEL-RECIPE.safetensors.
//
//go:embed all:weights
var Weights embed.FS
