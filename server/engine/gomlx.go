package engine

import (
	"fmt"
	"strings"

	"atelier/core/checkpoint"
	"atelier/core/train"
	"atelier/server/failure"
	"atelier/server/gomlxengine"
)

// gomlx is the engine for accelerators: package train with its steps computed
// by GoMLX on a device.
type gomlx struct{ device *gomlxengine.Device }

func (gomlx) Name() string { return "gomlx" }

func (g gomlx) Device() string { return g.device.Description() }

func (g gomlx) Workers() int { return g.device.Shares() }

func (g gomlx) New(cfg train.Config, data train.Data, yield func() error) (Run, error) {
	return g.run(cfg, yield, func(opt train.Options) (*train.Trainer, error) { return train.New(cfg, data, opt) })
}

func (g gomlx) Resume(f *checkpoint.File, data train.Data, yield func() error) (Run, error) {
	s, err := train.ReadState(f)
	if err != nil {
		return nil, err
	}
	return g.run(s.Config, yield, func(opt train.Options) (*train.Trainer, error) { return train.Resume(f, data, opt) })
}

func (g gomlx) run(cfg train.Config, yield func() error, begin func(train.Options) (*train.Trainer, error)) (Run, error) {
	r, err := g.device.NewRunner(cfg)
	if err != nil {
		return nil, err
	}
	t, err := begin(train.Options{Engine: r, Yield: yield})
	if err != nil {
		r.Close()
		return nil, err
	}
	return gomlxRun{coreRun{t}, r}, nil
}

// gomlxRun is a Trainer as a Run, with what it holds on the device.
type gomlxRun struct {
	coreRun
	runner *gomlxengine.Runner
}

func (r gomlxRun) Close() { r.runner.Close() }

// openGoMLX opens the engine that was asked for by name: XLA, or where there
// is none GoMLX's slow portable backend; the note says why.
func openGoMLX() (Engine, string, error) {
	d, err := gomlxengine.Open(gomlxengine.Best)
	if err != nil {
		return nil, "", failure.Wrap(err, failure.Unsupported, "The engine gomlx cannot be used here", "`atelier xla` says what is looked for; -engine core trains without it")
	}
	return gomlx{d}, strings.Join(d.Reasons(), "; "), nil
}

// openFastest opens XLA, or the core where there is none.
func openFastest(workers int) (Engine, string, error) {
	d, err := gomlxengine.Open(gomlxengine.XLA)
	if err == nil {
		return gomlx{d}, strings.Join(d.Reasons(), "; "), nil
	}
	if gomlxengine.Demanded() { // a plugin named by hand must work
		return nil, "", failure.Wrap(err, failure.Unsupported, "The XLA plugin that was asked for cannot be used", "Unset $"+gomlxengine.PluginEnv+" to train on the core")
	}
	return Core(workers), err.Error(), nil
}

// Spread returns the engine as n GPUs of this machine that share each batch. It
// is experimental: no machine with several GPUs has run it yet.
func Spread(e Engine, n int) (Engine, error) {
	if n == 1 {
		return e, nil
	}
	g, ok := e.(gomlx)
	if !ok {
		return nil, failure.New(failure.Unsupported, fmt.Sprintf("%d GPUs are asked for, but this run would be on the engine %s", n, e.Name()), "-gpus needs -engine gomlx and XLA on CUDA; `atelier xla` says what is there")
	}
	d, err := g.device.Spread(n)
	if err != nil {
		return nil, failure.Wrap(err, failure.Unsupported, "The run cannot be spread over GPUs", "`atelier xla` says what is there; -gpus 1 trains on one")
	}
	return gomlx{d}, nil
}
