package cli

import (
	"context"
	"flag"
	"fmt"
	"path/filepath"
	"strconv"
	"time"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
	"atelier/server/runs/training"
)

// trainFlags are the flags of train.
type trainFlags struct {
	cfg               train.Config
	seed              uint64
	engine, data, out string
	resume            string
	workers, gpus     int
	given             map[string]bool // which flags stand on the command line
}

// trainCommand trains one run.
func trainCommand() *command {
	cmd := newCommand("train", "", "train a network")
	f := &trainFlags{}
	s := cmd.flags
	s.StringVar(&f.cfg.Model, "model", "model1", "the network: `model1|model2`")
	s.StringVar(&f.cfg.Recipe, "recipe", "report", "how it is trained: `report|best|sketch`")
	s.StringVar(&f.engine, "engine", "auto", "what computes: `auto|core|gomlx`")
	s.IntVar(&f.cfg.Epochs, "epochs", 0, "train `N` epochs (default: the recipe's)")
	s.IntVar(&f.cfg.Steps, "steps", 0, "stop after `N` steps (default: at the end of the epochs)")
	s.IntVar(&f.cfg.Limit, "limit", 0, "train on the first `N` of the 54,000 training images (default: all)")
	s.IntVar(&f.cfg.Batch, "batch", 0, "`N` images a step (default: the recipe's)")
	s.Float64Var(&f.cfg.LR, "lr", 0, "learning rate `F` (default: the recipe's)")
	s.Uint64Var(&f.seed, "seed", train.DefaultSeed, "`N` chooses initial weights, order, dropout and augmentation")
	s.IntVar(&f.workers, "workers", 0, "`N` goroutines (default: one a processor); they change no bit of the result")
	s.IntVar(&f.gpus, "gpus", 1, "EXPERIMENTAL: `N` GPUs of this machine share each batch; needs -engine gomlx with XLA")
	s.StringVar(&f.data, "data", "", "the `DIR` of Fashion-MNIST, or the word drawn")
	s.StringVar(&f.out, "out", "", "the `DIR` of the run (default: runs/MODEL-RECIPE-TIME)")
	s.StringVar(&f.resume, "resume", "", "go on with the run in `DIR`")
	s.StringVar(&f.cfg.Monitor, "monitor", "", "what chooses the best weights: `val_loss|val_acc` (default: the recipe's)")
	cmd.run = func(ctx context.Context, c *Console, _ []string) error {
		f.given = map[string]bool{}
		s.Visit(func(g *flag.Flag) { f.given[g.Name] = true })
		return trainRun(ctx, c, f)
	}
	return cmd
}

func trainRun(ctx context.Context, c *Console, f *trainFlags) error {
	if f.seed > 1<<32-1 {
		return failure.New(failure.Usage, "The seed must be 0 to 4294967295, not "+strconv.FormatUint(f.seed, 10), "")
	}
	f.cfg.Seed = uint32(f.seed)
	if f.given["resume"] && f.resume == "" {
		return failure.New(failure.Usage, "-resume names no folder", "Name the folder of a run, or leave -resume away to begin one")
	}
	for name, above := range map[string]bool{"epochs": f.cfg.Epochs > 0, "batch": f.cfg.Batch > 0, "lr": f.cfg.LR > 0} {
		if f.given[name] && !above {
			return failure.New(failure.Usage, "-"+name+" must be above 0", "")
		}
	}
	if f.resume == "" {
		cfg, err := f.cfg.Complete()
		if err != nil {
			return failure.New(failure.Usage, failure.Sentence(err.Error()), "`atelier train -help` lists the flags")
		}
		f.cfg = cfg
	}
	if err := checkWorkers(f.workers); err != nil {
		return err
	}
	eng, why, err := engine.Open(f.engineWord(), f.workers)
	if err == nil {
		eng, err = engine.Spread(eng, f.gpus)
	}
	if err != nil {
		return err
	}
	if f.given["workers"] && eng.Name() != "core" {
		c.say("-workers is without effect on the engine %s.", eng.Name())
	}
	set, err := openData(ctx, c, f.data)
	if err != nil {
		return err
	}
	data := train.Data{Images: &set.Train, Kind: set.Kind}
	stopped := ctx.Done()
	var folder *runs.Folder
	var doc *runs.Document
	var run engine.Run
	if f.resume != "" {
		folder, doc, run, err = resumeRun(c, f, eng, data, stopped)
	} else {
		folder, doc, run, err = newRun(f, eng, data, stopped)
	}
	if err != nil {
		return err
	}
	defer folder.Close()
	defer run.Close()
	announceRun(c, doc, run, why)
	return trainToEnd(ctx, c, folder, doc, run)
}

// newRun begins a run in a folder that holds none.
func newRun(f *trainFlags, eng engine.Engine, data train.Data, stopped <-chan struct{}) (*runs.Folder, *runs.Document, engine.Run, error) {
	now := time.Now()
	if f.out == "" {
		f.out = filepath.Join("runs", runs.NewID(f.cfg, now))
	}
	folder, err := runs.OpenFolder(f.out)
	if err != nil {
		return nil, nil, nil, err
	}
	if runs.Exists(f.out) {
		folder.Close()
		return nil, nil, nil, failure.New(failure.Conflict, "The folder "+f.out+" holds a run already", "Go on with it by -resume "+f.out+", or name another with -out DIR")
	}
	run, err := eng.New(f.cfg, data, engine.Yield(stopped))
	if err != nil {
		folder.Close()
		return nil, nil, nil, err
	}
	doc := &runs.Document{ID: filepath.Base(f.out), Owner: runs.ByTerminal, Asked: f.engine, Created: now.UTC(), Environment: runs.NewEnvironment(eng, data.Kind)}
	return folder, doc, run, nil
}

// resumeRun goes on with the run of a folder, from its newest checkpoint that
// is whole.
func resumeRun(c *Console, f *trainFlags, eng engine.Engine, data train.Data, stopped <-chan struct{}) (*runs.Folder, *runs.Document, engine.Run, error) {
	if f.out != "" && filepath.Clean(f.out) != filepath.Clean(f.resume) {
		return nil, nil, nil, failure.New(failure.Usage, "A run goes on in its own folder: leave -out away", "Copy the folder to keep the run as it is")
	}
	if !runs.Exists(f.resume) {
		return nil, nil, nil, failure.New(failure.NotFound, "There is no run in "+f.resume, "The folder of a run holds run.json and last.safetensors")
	}
	folder, err := runs.OpenFolder(f.resume)
	if err != nil {
		return nil, nil, nil, err
	}
	fail := func(err error) (*runs.Folder, *runs.Document, engine.Run, error) {
		folder.Close()
		return nil, nil, nil, err
	}
	file, from, err := folder.Checkpoint()
	if err != nil {
		return fail(err)
	}
	if from != runs.LastFile {
		c.say("%s is damaged or missing: going on from %s.", runs.LastFile, from)
	}
	if err := f.sameAs(file); err != nil {
		return fail(err)
	}
	if err := runs.Extend(file, f.extension()); err != nil {
		return fail(err)
	}
	run, err := eng.Resume(file, data, engine.Yield(stopped))
	if err != nil {
		return fail(failure.New(failure.Conflict, failure.Sentence(err.Error()), "Everything but -workers, -engine, -epochs and -steps must be as when the run began"))
	}
	doc, err := folder.Document()
	if err != nil { // the checkpoint is what counts
		doc = &runs.Document{ID: filepath.Base(filepath.Clean(f.resume)), Owner: runs.ByTerminal, Created: time.Now().UTC()}
	}
	doc.Environment, doc.Error, doc.Result = runs.NewEnvironment(eng, data.Kind), nil, nil
	doc.Owner, doc.Asked = runs.ByTerminal, f.engine
	return folder, doc, run, nil
}

// announceRun says on stderr what is going to happen, on what, and why on
// nothing faster.
func announceRun(c *Console, d *runs.Document, run engine.Run, why string) {
	s := run.State()
	cfg := s.Config
	verb := "Training"
	if s.Step > 0 {
		verb = fmt.Sprintf("Going on at step %d with", s.Step)
	}
	if why != "" {
		why = " (" + why + ")"
	}
	c.say("%s %s, recipe %s, seed %d, on %s: %s, %d workers%s. %d steps of %d images; best weights by %s. Run folder: %s",
		verb, cfg.Model, cfg.Recipe, cfg.Seed, d.Environment.Engine, d.Environment.Device, d.Environment.Workers, why,
		run.TotalSteps(), cfg.Batch, cfg.Monitor, d.ID)
}

// trainToEnd trains, telling of it, and turns an interruption into exit code 130.
func trainToEnd(ctx context.Context, c *Console, folder *runs.Folder, doc *runs.Document, run engine.Run) error {
	display := newTrainDisplay(c, run)
	loop := training.Loop{
		Run: run, Folder: folder, Document: doc, OnEvent: display.show,
		OnSaveError: func(f *failure.Failure) {
			c.say("%s. %s. The run goes on.", f.Error(), f.Hint)
			_ = c.object(map[string]any{"event": "unsaved", "step": run.State().Step, "error": f})
		},
		BetweenSteps: func() error {
			if ctx.Err() != nil {
				return train.ErrStopped
			}
			return nil
		},
	}
	endNotice := onInterrupt(ctx, c, "Stopping: the step in progress is finished and the run saved. Interrupt again to leave at once.")
	last, err := loop.Train()
	endNotice()
	display.end()
	if err != nil {
		return err
	}
	if last.Event == train.EventInterrupted {
		c.say("Interrupted at step %d and saved. Go on with: atelier train -resume %s", last.Step, folder.Path)
		if c.JSON { // the interruption is the last line already
			return errSilent
		}
		return failure.New(failure.Interrupted, "Interrupted and saved", "")
	}
	return nil
}

// onInterrupt says what happens after a first interrupt, which may take seconds.
// Call end when it is over.
func onInterrupt(ctx context.Context, c *Console, text string) (end func()) {
	said := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(said)
		if c.Interactive {
			text = "\n" + text // below the bar
		}
		c.say("%s", text)
	})
	return func() {
		if !stop() {
			<-said
		}
	}
}
