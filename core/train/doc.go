// Package train is the training loop: the state of a run, its step over shards
// and workers, its recipes, validation and history.
//
// A [Config] and [Data] flow into [New], or a checkpoint and Data into [Resume];
// events ([Event]), the history and checkpoints ([Trainer.Save]) flow out. Start
// reading at [Trainer.Run], then [Trainer.Step] and the picture of one step in
// exchange.go.
//
//	config, recipe, recipes  what a run is asked to do, and how networks are trained
//	batches                  the images of a step
//	trainer, step            a step: forward, backward, exchange, update
//	exchange                 how workers meet in a step
//	engine                   the same steps computed elsewhere, on a GPU say
//	run, event, history      the loop over steps and epochs, and what it tells
//	validate                 the validation after an epoch, which can be left midway
//	state                    what is saved, and resuming
//
// Where a run stands follows from its state alone:
//
//	Step < TotalSteps                     training (Epoch.Images > 0 within an epoch)
//	an epoch's last step, Epoch.Images>0  validating: its figures are not noted yet
//	Step = TotalSteps, Epoch.Images = 0   complete
//	Step = TotalSteps, Epoch.Images > 0   done but for the last validation
//
// Run may be left at any of these, by an error of a hook or of a Yield, and called
// again, here or after Save and Resume: the bits are those of a run that was never
// left. A step that was given up is done again; a validation goes on where it was.
package train
