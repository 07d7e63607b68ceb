// Command logits prints the core's logits of the first test images, for the
// comparison with PyTorch: little-endian float32, [n][10].
package main

import (
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"atelier/core/fashion"
	"atelier/core/infer"
	"atelier/core/kernel"
	"atelier/core/nn"
	"atelier/server/weights"
)

func main() {
	model := flag.String("model", "model1", "the network")
	file := flag.String("weights", "", "a .safetensors file")
	images := flag.String("data", "", "the folder of Fashion-MNIST")
	n := flag.Int("n", 256, "how many images")
	flag.Parse()
	if err := run(os.Stdout, *model, *file, *images, *n); err != nil {
		fmt.Fprintln(os.Stderr, "logits:", err)
		os.Exit(1)
	}
}

func run(w io.Writer, model, file, folder string, n int) error {
	net, err := weights.Open(model, file)
	if err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(folder, fashion.Files[2].Name+".gz"))
	if err != nil {
		return err
	}
	defer f.Close()
	pixels, err := fashion.ReadImages(f, fashion.MaxImages)
	if err != nil {
		return err
	}
	layers := net.Spec.Layers
	last := layers[len(layers)-1].Name
	predictor := infer.NewPredictor(net, 1, 1, kernel.Winograd, nil)
	for i := range n {
		_, logits, err := predictor.Activations(pixels[i*fashion.Area:(i+1)*fashion.Area], last)
		if err != nil {
			return err
		}
		if err := binary.Write(w, binary.LittleEndian, logits[:nn.Labels]); err != nil {
			return err
		}
	}
	return nil
}
