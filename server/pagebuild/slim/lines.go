package slim

import (
	"bytes"
	"encoding/binary"
	"slices"
)

// The linker's table of functions, as internal/abi and runtime/symtab.go of Go
// 1.20 to 1.26 have it: a header, and for each function a record with offsets
// into one store of tables from a program counter to a number.
const (
	tableMagic  = "\xf1\xff\xff\xff\x00\x00\x01\x08" // version, zeros, instruction's and pointer's size
	headerWords = 8                                  // 8 bytes each, after the magic
	recordSize  = 44
	// Offsets in a record.
	recordStack     = 16 // pcsp: the stack's depth, which the collector needs
	recordFile      = 20
	recordLine      = 24
	recordCount     = 28 // tables by number
	recordUnit      = 32
	recordStartLine = 36
	recordFacts     = 43 // count of funcdata, behind the tables by number
)

// What only traces read: inlined calls and printed arguments, among the tables
// by number and among the funcdata.
var (
	traceTables = []int{2, 3}
	traceFacts  = []int{3, 5, 6}
)

// functions is the linker's table of functions in a piece of memory.
type functions struct {
	memory []byte // from the header on
	count  int
	tables []byte // the store
	units  []byte // the files of the compilation units
	sorted int    // where the pairs of entry and record begin
}

// dropLines empties the tables of files, lines and inlined calls. It answers
// false, having changed nothing, where it does not find or know them.
func dropLines(memory []byte) bool {
	f, ok := find(memory)
	if !ok {
		return false
	}
	keep := make([]byte, len(f.tables))
	for i := range f.count {
		r, ok := f.record(i)
		if !ok {
			return false
		}
		needed := []int{recordStack}
		for k := range r.tables {
			if !slices.Contains(traceTables, k) {
				needed = append(needed, recordSize+4*k)
			}
		}
		for _, at := range needed {
			from := int(r.word(at))
			n, ok := length(f.tables, from)
			if !ok {
				return false
			}
			copy(keep[from:from+n], f.tables[from:])
		}
	}
	for i := range f.count {
		r, _ := f.record(i)
		r.forgetLines()
	}
	copy(f.tables, keep)
	clear(f.units)
	return true
}

// find looks for the one header whose offsets make sense.
func find(memory []byte) (f functions, ok bool) {
	at := bytes.Index(memory, []byte(tableMagic))
	if at < 0 || bytes.Contains(memory[at+1:], []byte(tableMagic)) || len(memory)-at < 8+8*headerWords {
		return f, false
	}
	f.memory = memory[at:]
	var h [headerWords]uint64 // functions, files, text, names, units, files, tables, records
	for i := range h {
		h[i] = binary.LittleEndian.Uint64(f.memory[8+8*i:])
	}
	for i := 4; i < headerWords; i++ {
		if h[i] < h[i-1] || h[i] > uint64(len(f.memory)) {
			return f, false
		}
	}
	if h[0] == 0 || h[0] > (uint64(len(f.memory))-h[7])/8 {
		return f, false
	}
	f.count, f.sorted = int(h[0]), int(h[7])
	f.units, f.tables = f.memory[h[4]:h[5]], f.memory[h[6]:h[7]]
	return f, true
}

// record is what the linker says of one function.
type record struct {
	bytes  []byte
	tables int // by number
	facts  int
}

func (f functions) record(i int) (r record, ok bool) {
	at := f.sorted + int(binary.LittleEndian.Uint32(f.memory[f.sorted+8*i+4:]))
	if at > len(f.memory)-recordSize {
		return r, false
	}
	r.bytes = f.memory[at:]
	r.tables, r.facts = int(r.word(recordCount)), int(r.bytes[recordFacts])
	// Go 1.26 has five tables by number and eight facts.
	return r, r.tables <= 5 && r.facts <= 8 && len(r.bytes) >= recordSize+4*(r.tables+r.facts)
}

func (r record) word(at int) uint32 { return binary.LittleEndian.Uint32(r.bytes[at:]) }

func (r record) put(at int, v uint32) { binary.LittleEndian.PutUint32(r.bytes[at:], v) }

// forgetLines says, in the words of the runtime, that there is no table.
func (r record) forgetLines() {
	for _, at := range []int{recordFile, recordLine, recordUnit, recordStartLine} {
		r.put(at, 0)
	}
	for _, k := range traceTables {
		if k < r.tables {
			r.put(recordSize+4*k, 0)
		}
	}
	for _, k := range traceFacts {
		if k < r.facts {
			r.put(recordSize+4*(r.tables+k), ^uint32(0))
		}
	}
}

// length is that of the table at an offset, 0 for none: pairs of a difference
// and a distance, up to a difference of zero that is not the first.
func length(tables []byte, from int) (n int, ok bool) {
	if from == 0 {
		return 0, true
	}
	if from > len(tables) {
		return 0, false
	}
	for {
		difference, size := binary.Uvarint(tables[from+n:])
		if size <= 0 {
			return 0, false
		}
		first := n == 0
		n += size
		if difference == 0 && !first {
			return n, true
		}
		if _, size = binary.Uvarint(tables[from+n:]); size <= 0 {
			return 0, false
		}
		n += size
	}
}
