// Package weights opens a network's weights by what a person calls them: a
// file, or one of those that come with the program.
package weights

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"atelier/core/checkpoint"
	"atelier/core/nn"
	"atelier/core/train"
	"atelier/server/failure"
	"atelier/web"
)

// Recipes whose weights may come with the program, by the word behind
// "shipped:". "shipped" alone is what the page opens with: the first of these.
// Drawing is what visitors try first, and only sketch's networks understand it.
var recipes = []string{"sketch", "best", "report"}

// Named returns the full name of weights: "shipped" becomes "shipped:RECIPE" by
// the recipe that the page would open the model with.
func Named(model, name string) string {
	if name != "shipped" {
		return name
	}
	for _, recipe := range recipes {
		if _, err := fs.Stat(web.Weights, pathOf(model, recipe)); err == nil {
			return name + ":" + recipe
		}
	}
	return name + ":" + recipes[0]
}

func pathOf(model, recipe string) string { return path.Join(Folder, model+"-"+recipe+".safetensors") }

// Open returns the network named model with the weights named so: "shipped",
// "shipped:RECIPE", or a safetensors file with PyTorch's names, be it weights
// alone or a checkpoint of ours.
func Open(model, name string) (*nn.Net, error) {
	spec, err := nn.ByName(model)
	if err != nil {
		return nil, failure.New(failure.Usage, failure.Sentence(err.Error()), "The models are model1 and model2")
	}
	b, limits, err := read(model, name)
	if err != nil {
		return nil, err
	}
	file, err := checkpoint.Decode(b, limits)
	if err != nil {
		return nil, failure.Wrap(err, failure.BadFile, "The weights "+path.Base(name)+" cannot be read",
			"They must be a safetensors file; in PyTorch: safetensors.torch.save_file(model.state_dict(), FILE)")
	}
	net := nn.NewNet(spec)
	if err := net.LoadStateDict(train.NetworkTensors(file)); err != nil {
		hint := ""
		if other := file.Meta["model"]; other != "" && other != model {
			hint = fmt.Sprintf("The file says that it is of %s: say -model %s", other, other)
		}
		return nil, failure.New(failure.BadFile, "The weights do not fit: "+err.Error(), hint)
	}
	return net, nil
}

// read returns the bytes of the weights and what they may be.
func read(model, name string) ([]byte, checkpoint.Limits, error) {
	recipe, ok := strings.CutPrefix(Named(model, name), "shipped:")
	if !ok {
		b, err := readFile(name, int64(checkpoint.Foreign().File))
		return b, checkpoint.Foreign(), err
	}
	if !slices.Contains(recipes, recipe) {
		return nil, checkpoint.Limits{}, failure.New(failure.Usage, fmt.Sprintf("There are no weights %q", name), "Say shipped, shipped:best, shipped:report, shipped:sketch or a file")
	}
	b, err := web.Weights.ReadFile(pathOf(model, recipe))
	if err != nil {
		return nil, checkpoint.Limits{}, failure.New(failure.NotFound, fmt.Sprintf("This program comes without weights of %s by the recipe %s", model, recipe),
			"Train them: atelier train -model "+model+" -recipe "+recipe)
	}
	return b, checkpoint.Foreign(), nil
}

// readFile reads a file of at most limit bytes.
func readFile(name string, limit int64) ([]byte, error) {
	if name == "" {
		return nil, failure.New(failure.Usage, "No weights were named", "Say -weights FILE, or -weights shipped")
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, failure.Wrap(err, failure.NotFound, "The weights cannot be opened", "")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, failure.Wrap(err, failure.BadFile, "The weights cannot be read", "")
	}
	if int64(len(b)) > limit {
		return nil, failure.New(failure.BadFile, fmt.Sprintf("The file is larger than %d MiB: it cannot be weights of these networks", limit>>20), "")
	}
	return b, nil
}
