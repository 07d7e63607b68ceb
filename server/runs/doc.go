// Package runs keeps training runs on disk. A run is a folder with a document
// (run.json: all that people ask about), checkpoints, the best weights and the
// history; document.go and folder.go describe them, and store.go the folder of
// all runs. In go an engine's run and its document; out come files that a power
// cut leaves whole. The command line and the server keep runs alike.
//
// What is done with runs is in the packages below; imports go downwards:
//
//	queue     the server's runs: who waits, who trains, and people's orders
//	training  the training loop: one run trained and saved
//	runs      this package: documents and folders on disk
//	events    what happens, on its way to readers
//	eta       how long a run still takes
//
// queue/doc.go has the table of a run's states.
package runs
