// Package finetune teaches a trained network a person's own drawings without
// letting it forget what it knows.
//
// A network, a [Dataset] of labelled drawings and photographs to replay flow in;
// the network's moved weights and a [Grade] of before and after flow out. Start
// reading at [Tuner.Step]. A Tuner's states are its steps taken, 0 to
// [Tuner.Steps]; a step that gives up changes nothing and can be taken again.
package finetune
