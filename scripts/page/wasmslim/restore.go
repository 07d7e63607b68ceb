package wasmslim

import (
	"bytes"
	"encoding/binary"
)

// A restorer is where the table of functions has what can be worked out, which the
// program leaves out and restores when it starts:
//
//   - More than half of the data, before compression, finds a function's place in
//     the table by its number, which is its place (findfunctab in runtime/symtab.go).
//   - The table gives every function its number and its record's place, and the record the
//     number once more and the place of the name. Nearly all names follow each other.
type restorer struct {
	buckets, count int // of findfunctab: where they are, and how many
	pairs          int // where the pairs of number and record are,
	first          int // the first record,
	text           int // and the names
	functions      int // how many
}

const (
	bucketSize  = 20 // the first four bytes; the others are for functions closer together than WebAssembly's
	bucketsEach = 16 // a function
)

// blank clears what can be restored, and answers false, having changed nothing,
// where something is not as it would be.
func (f functions) blank() (r restorer, ok bool) {
	r.count = bucketsEach*(f.count-1) + 1
	buckets, ok := f.ownBuckets(r.count)
	if !ok {
		return r, false
	}
	blank := bytes.Clone(f.memory)
	_, first := f.pair(0)
	at, next := first, 0
	for i := range f.count {
		record, ok := f.record(i)
		number, place := f.pair(i)
		if !ok || number != firstNumber+i || place != at || record.word(0) != uint32(number) {
			return r, false
		}
		clear(blank[f.pairs+pairSize*i:][:pairSize])
		clear(blank[f.pairs+at:][:4])
		switch name := int(record.word(recordName)); name {
		case next:
			clear(blank[f.pairs+at+recordName:][:4])
			next += bytes.IndexByte(f.text[name:], 0) + 1
		case 0: // this would be taken for one that follows
			return r, false
		}
		at = (at + record.fact(record.facts) + 7) &^ 7
	}
	copy(f.memory, blank)
	clear(buckets)
	r.buckets, r.pairs, r.text, r.functions = f.address+f.buckets, f.address+f.pairs, f.address+f.textAt, f.count
	r.first = r.pairs + first
	return r, true
}

// ownBuckets returns the buckets, if they are as they would be. Zeros at their end need
// not be in the memory that the program starts from.
func (f functions) ownBuckets(count int) (buckets []byte, ok bool) {
	table := make([]byte, bucketSize*count)
	for b := range count {
		binary.LittleEndian.PutUint32(table[bucketSize*b:], uint32(b/bucketsEach))
	}
	table = bytes.TrimRight(table, "\x00")
	buckets = f.memory[f.buckets:]
	return buckets[:min(len(buckets), len(table))], f.buckets > 0 && bytes.HasPrefix(buckets, table)
}

// Variables of the function that restores.
const (
	bucket = iota
	function
	pair
	recordAt
	nameAt
	variablesCount
)

// code is that of the function that restores. It is called once, by itself, before the
// program runs.
func (r restorer) code() []byte {
	var w writer
	w.loop(func() { // for every bucket
		w.get(bucket).constant(bucketSize).do(opI32Mul)
		w.get(bucket).constant(4).do(opI32Shr).reach(opI32Store, r.buckets)
		w.get(bucket).constant(1).do(opI32Add).tee(bucket).constant(r.count).do(opI32Less)
	})
	w.constant(r.pairs).set(pair).constant(r.first).set(recordAt).constant(r.text).set(nameAt)
	w.loop(func() { // for every function
		for _, at := range []int{pair, recordAt} {
			w.get(at).get(function).constant(firstNumber).do(opI32Add).reach(opI32Store, 0)
		}
		w.get(pair).get(recordAt).constant(r.pairs).do(opI32Sub).reach(opI32Store, 4)
		w.get(recordAt).reach(opI32Load, recordName).do(opI32Eqz).when(func() {
			w.get(recordAt).get(nameAt).constant(r.text).do(opI32Sub).reach(opI32Store, recordName)
			w.loop(func() { // to behind the name's end
				w.get(nameAt).get(nameAt).constant(1).do(opI32Add).set(nameAt).reach(opI32Load8, 0)
			})
		})
		w.get(recordAt).get(recordAt).reach(opI32Load, recordCount).get(recordAt).reach(opI32Load8, recordFacts)
		w.do(opI32Add).constant(4).do(opI32Mul, opI32Add)
		w.constant(recordSize + 7).do(opI32Add).constant(-8).do(opI32And).set(recordAt)
		w.get(pair).constant(pairSize).do(opI32Add).set(pair)
		w.get(function).constant(1).do(opI32Add).tee(function).constant(r.functions).do(opI32Less)
	})
	return w.function(variablesCount)
}
