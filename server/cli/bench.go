package cli

import (
	"context"
	"slices"
	"strconv"
	"time"

	"atelier/core/nn"
	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
)

// benchResult is the JSON of bench.
type benchResult struct {
	Model           string  `json:"model"`
	Engine          string  `json:"engine"`
	Batch           int     `json:"batch"`
	Workers         int     `json:"workers"`
	Train           float64 `json:"train_images_per_second"`
	Infer           float64 `json:"infer_images_per_second"`
	SingleImageMS   float64 `json:"single_image_ms"`
	GFLOPS          float64 `json:"gflops"`             // of training
	ScalarPeak      float64 `json:"scalar_peak_gflops"` // of all workers together
	Ratio           float64 `json:"ratio"`              // gflops / scalar_peak_gflops
	WeightsSHA256   string  `json:"weights_sha256"`
	MedianStepMS    float64 `json:"median_step_ms"`
	Steps           int     `json:"steps"`
	TrainFLOPImage  float64 `json:"train_flop_per_image"`
	ArithmeticNotes string  `json:"note"`
}

// benchCommand measures the native core.
func benchCommand() *command {
	cmd := newCommand("bench", "", "measure the core's speed on this machine")
	model := cmd.flags.String("model", "model1", "the network: `model1|model2`")
	batch := cmd.flags.Int("batch", 128, "`N` images a step")
	workers := cmd.flags.Int("workers", 0, "`N` goroutines (default: one a processor)")
	steps := cmd.flags.Int("steps", 10, "train `K` steps")
	cmd.run = func(ctx context.Context, c *Console, _ []string) error {
		if *steps < 1 || *batch < 1 || *batch > train.MaxBatch {
			return failure.New(failure.Usage, "-steps must be above 0 and -batch 1 to "+strconv.Itoa(train.MaxBatch), "")
		}
		if err := checkWorkers(*workers); err != nil {
			return err
		}
		if _, err := nn.ByName(*model); err != nil {
			return failure.New(failure.Usage, failure.Sentence(err.Error()), "")
		}
		r, err := bench(ctx, c, *model, *batch, engine.Core(*workers).Workers(), *steps)
		if err != nil {
			return err
		}
		c.printf("%s on %s, batch %d, %d workers, %d steps\n", r.Model, r.Engine, r.Batch, r.Workers, r.Steps)
		c.printf("training     %8.1f images/s   median step %.1f ms\n", r.Train, r.MedianStepMS)
		c.printf("inference    %8.1f images/s   one image %.2f ms\n", r.Infer, r.SingleImageMS)
		c.printf("arithmetic   %8.2f GFLOP/s    scalar peak %.2f GFLOP/s, ratio %.2f\n", r.GFLOPS, r.ScalarPeak, r.Ratio)
		c.printf("weights      %s\n%s\n", r.WeightsSHA256, r.ArithmeticNotes)
		return c.object(r)
	}
	return cmd
}

// bench runs the steps of the benchmark that the page runs too, then answers.
func bench(ctx context.Context, c *Console, model string, batch, workers, steps int) (*benchResult, error) {
	peak := engine.ScalarPeak(workers)
	t, err := train.NewBench(model, batch, train.Options{Workers: workers})
	if err != nil {
		return nil, err
	}
	show, end := c.imageBar(steps * batch)
	defer end()
	ms := make([]float64, 0, steps)
	began := time.Now()
	for range steps {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		step := time.Now()
		if _, err := t.Step(); err != nil {
			return nil, err
		}
		ms = append(ms, float64(time.Since(step).Microseconds())/1e3)
		if show != nil {
			show(len(ms) * batch)
		}
	}
	speed := float64(steps*batch) / time.Since(began).Seconds()
	slices.Sort(ms)
	flop := engine.TrainFLOP(t.Net.Spec)
	r := &benchResult{
		Model: model, Engine: "core", Batch: batch, Workers: workers, Train: speed, Steps: steps,
		MedianStepMS: ms[len(ms)/2], WeightsSHA256: t.Net.WeightsSHA256(),
		TrainFLOPImage: flop, GFLOPS: speed * flop / 1e9, ScalarPeak: peak,
		ArithmeticNotes: "GFLOP/s counts the multiplications and additions of direct convolution; the core's own algorithms need fewer, so the ratio can pass 1.",
	}
	r.Ratio = r.GFLOPS / r.ScalarPeak
	r.Infer, r.SingleImageMS, err = engine.InferenceSpeed(t.Net, workers, batch, ctx.Done())
	if engine.Stopped(err) {
		return nil, context.Canceled
	}
	return r, err
}
