// Package training is the training loop around an engine's run: it trains, saves
// at the right moments, and tells what happens. The command line and the server
// train with it. In go a run (server/engine), its folder and its document
// (server/runs); out come events and files.
//
// Start reading at Loop. How a call of Train ends:
//
//	what happens          Train returns      run.json         checkpoint
//	the run is done       done               done             after the last step
//	it is told to stop    interrupted        interrupted      after the newest step
//	the same, disk full   code "save"        interrupted      the last good one
//	it diverges, or its   the failure        failed           the last good one
//	engine fails
//
// A save that fails on the way does not end a run; a kill at any moment costs at
// most the time since the last save.
package training
