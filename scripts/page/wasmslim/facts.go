package wasmslim

import (
	"bytes"
	"encoding/binary"
	"maps"
	"slices"
)

// Words of runtime.moduledata, which begins with the addresses of the table's header
// and of the names.
const (
	moduleBuckets = 19 // findfunctab
	moduleFacts   = 40 // gofunc
	moduleWords   = 42
)

// places returns where the facts of functions are, one behind the other, and behind
// them the buckets of findfunctab.
func (f functions) places(segments []segment) (facts, buckets int, ok bool) {
	head := binary.LittleEndian.AppendUint64(nil, uint64(f.address))
	head = binary.LittleEndian.AppendUint64(head, uint64(f.address+f.textAt))
	memory := image(segments)
	at := bytes.Index(memory, head)
	if at < 0 || at+8*moduleWords > len(memory) {
		return 0, 0, false
	}
	word := func(i int) int { return int(binary.LittleEndian.Uint64(memory[at+8*i:])) - f.address }
	facts, buckets = word(moduleFacts), word(moduleBuckets)
	return facts, buckets, f.pairs < facts && facts < buckets && buckets <= len(f.memory)
}

// traceFacts returns the facts that only traces read. Each goes on to where the next
// begins.
func (f functions) traceFacts() (unneeded [][]byte) {
	if f.buckets == 0 {
		return nil
	}
	facts := f.memory[f.facts:f.buckets]
	needed := map[int]bool{len(facts): true} // by where they begin
	for i := range f.count {
		r, ok := f.record(i)
		if !ok {
			return nil
		}
		for k := range r.facts {
			if at := int(r.word(r.fact(k))); at < len(facts) {
				needed[at] = needed[at] || !slices.Contains(traceFacts, k)
			}
		}
	}
	begins := slices.Sorted(maps.Keys(needed))
	for k, at := range begins {
		if !needed[at] {
			unneeded = append(unneeded, facts[at:begins[k+1]])
		}
	}
	return unneeded
}
