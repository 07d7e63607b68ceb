package queue

import (
	"crypto/sha256"
	"encoding/hex"
	"time"

	"atelier/core/train"
	"atelier/server/engine"
	"atelier/server/failure"
	"atelier/server/runs"
)

// HandOver goes on with a run whose checkpoint a page hands over: as the run
// id, which must be new or the same run at rest. It goes on on the core, which
// has the page's bits, unless another engine is asked for by its name. The same
// checkpoint again is the same hand-over: whoever lost the answer may ask once
// more, and the run stays as it is by then.
func (q *Queue) HandOver(id string, b []byte, choice string) (runs.Document, error) {
	q.handOvers.Lock() // of two that come at once, the second is the same again
	defer q.handOvers.Unlock()
	sum := sha256.Sum256(b)
	hash := hex.EncodeToString(sum[:])
	if d, err := q.Get(id); err == nil && d.HandedOver == hash {
		return d, nil
	}
	if !runs.ValidID(id) {
		return runs.Document{}, failure.New(failure.Usage, "A run's name has lower-case letters, digits and hyphens, 64 at most", "")
	}
	if err := engine.Known(choice); err != nil {
		return runs.Document{}, err
	}
	state, err := q.checkHandOver(b)
	if err != nil {
		return runs.Document{}, err
	}
	if choice == "" || choice == "auto" {
		choice = "core"
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	d, err := q.handedOver(id, state.Config)
	if err != nil {
		return runs.Document{}, err
	}
	if err := q.roomForOne(); err != nil {
		return runs.Document{}, err
	}
	d.Owner, d.Asked, d.Error, d.Result = runs.ByServer, choice, nil, nil
	d.HandedOver = hash
	d.Config, d.Changes, d.Step, d.History = state.Config, state.Changes, state.Step, state.History
	d.Environment.Data, d.Images = state.Data, runs.EpochImages(q.dataset(state.Data), state.Config)
	return q.enqueue(q.newJob(d), b)
}

// handedOver is the document that a handed-over run gets: a new one, or that of
// the same run at rest. The queue is locked.
func (q *Queue) handedOver(id string, cfg train.Config) (runs.Document, error) {
	if q.find(id) != nil {
		return runs.Document{}, failure.New(failure.Conflict, "This run trains or waits here already", "Pause it first, or hand over under another name")
	}
	d, err := q.Store.Read(id)
	switch {
	case failure.Is(err, failure.NotFound):
		return runs.Document{ID: id, Created: time.Now().UTC()}, nil
	case err != nil:
		return runs.Document{}, err
	case !sameRun(d.Config, cfg):
		return runs.Document{}, failure.New(failure.Conflict, "There is another run of that name", "Hand over under another name")
	}
	return d, nil
}

// checkHandOver returns the state in a checkpoint. It tries to go on with it, so
// that a wrong one is refused now. A checkpoint is the same for all engines: the
// core tells.
func (q *Queue) checkHandOver(b []byte) (train.State, error) {
	refuse := func(err error) (train.State, error) { // the cause is in the sentence, for the page
		return train.State{}, failure.New(failure.BadFile, "The checkpoint was refused: "+err.Error(), "")
	}
	file, err := runs.DecodeRun(b)
	if err != nil {
		return refuse(err)
	}
	state, err := train.ReadState(file)
	if err != nil {
		return refuse(err)
	}
	set := q.dataset(state.Data)
	if set == nil {
		set = q.Data() // which the core refuses, saying why
	}
	run, err := engine.Core(1).Resume(file, train.Data{Images: &set.Train, Kind: set.Kind}, nil)
	if err != nil {
		return refuse(err)
	}
	defer run.Close()
	if run.Done() {
		return train.State{}, failure.New(failure.Conflict, "The run in the checkpoint has ended", "There is nothing to go on with")
	}
	return state, nil
}

// sameRun says whether two configs are of one run: all that cannot change in
// a run is equal.
func sameRun(a, b train.Config) bool {
	return a.Model == b.Model && a.Recipe == b.Recipe && a.Batch == b.Batch && a.Seed == b.Seed && a.Limit == b.Limit
}
