// Package queue has the server's runs: those that wait, the one that trains, and
// what people ask of them. Orders go in (orders.go, changes.go, handover.go); out
// come documents (server/runs) and events (server/runs/events). One goroutine, the
// worker, trains one run after the other (worker.go). Start reading at Queue.
//
// A run that waits or trains here is a job and has its state in memory (job.go). All
// others live on disk alone, where a terminal may train them.
//
// The states of a run, and what becomes of them:
//
//	           queued      running       paused    stopped   interrupted  failed    done
//	pause      paused      paused (1)    -         paused    paused       -         -
//	stop       stopped     stopped (1)   stopped   -         stopped      -         -
//	resume     -           - (2)         queued    queued    queued       queued    refused
//	change     refused     next step     refused   refused   refused      refused   refused
//	hand-over  refused     refused       queued    queued    queued       queued    queued (3)
//	server     queued      interrupted   -         -         -            -         -
//	 stops
//	server     queued      queued        -         -         queued       -         - (4)
//	 starts
//
// "-" leaves the run as it is. What is on disk:
//
//   - an order is on disk before it is answered: run.json, and with a hand-over its
//     checkpoint too, both or neither;
//   - (1) the step is finished, or given up after 5 s, and the run saved; then run.json
//     gets its state. The request waits up to 10 s for that;
//   - (2) a run that is ending is waited for, and then queued;
//   - (3) where the checkpoint is of the same run and that has not ended in it. A
//     checkpoint that has come before changes nothing in any state;
//   - (4) a run that is done and was not tested, since the server stopped, is tested;
//   - kill -9: run.json says queued or running. The next server goes on from the newest
//     whole checkpoint, with the same bits;
//   - disk full while a run trains: it goes on, its document has a warning, and the next
//     save follows within a minute. A run that is done tries until its save succeeds;
//   - disk full as a run ends otherwise: it ends in the state that was asked for, with
//     the last good checkpoint; without any it has failed. What run.json should say is
//     kept in memory and written once there is room (server/runs/pending.go).
//
// Only runs that the server owns go on by themselves: those of a terminal wait for
// -resume or an order.
package queue
