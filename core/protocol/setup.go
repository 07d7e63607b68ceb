package protocol

import "atelier/core/train"

// PrepareRequest loads the worker's own scripts, while the program is compiled.
type PrepareRequest struct {
	Exec string `json:"exec"` // the address of wasm_exec.js
}

// BootRequest starts the Go program.
type BootRequest struct {
	Module Module `json:"module"`
	Exec   string `json:"exec"`
}

// HelloRequest chooses the worker's network.
type HelloRequest struct {
	Model ModelName `json:"model"`
}

// HelloResult tells how the network may be trained.
type HelloResult struct {
	Recipes []Recipe `json:"recipes"`
}

// Recipe is what the page shows of a train.Recipe.
type Recipe struct {
	Name           RecipeName  `json:"name"`
	Epochs         int         `json:"epochs"`
	LR             float64     `json:"lr"`
	WeightDecay    float64     `json:"weight_decay"`
	LabelSmoothing float64     `json:"label_smoothing"`
	Dropout        float64     `json:"dropout"` // a factor on the network's own rates
	Monitor        Monitor     `json:"monitor"`
	Why            []train.Why `json:"why"`
}

// Recipes are a network's recipes as the page shows them.
func Recipes(model ModelName) []Recipe {
	var out []Recipe
	for _, r := range train.Recipes(string(model)) {
		out = append(out, Recipe{
			Name: RecipeName(r.Name), Epochs: r.Epochs, LR: r.LR, WeightDecay: r.WeightDecay,
			LabelSmoothing: r.LabelSmoothing, Dropout: r.Dropout, Monitor: Monitor(r.Monitor), Why: r.Why,
		})
	}
	return out
}

// DataRequest brings decompressed IDX files by their published names, without .gz.
type DataRequest struct {
	Kind  DataKind          `json:"kind"`
	Files map[string]Buffer `json:"files"`
}

// CrewRequest brings one port a helper; the other end went to that helper's help.
type CrewRequest struct {
	Ports []Port `json:"ports"`
}

// HelpRequest makes the worker a helper of the one at the port's other end.
type HelpRequest struct {
	Rank int  `json:"rank"` // its place among the workers; the leader's is 0
	Port Port `json:"port"`
}
