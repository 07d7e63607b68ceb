package wasmslim

import (
	"bytes"
	"encoding/binary"
)

// The linker's table of functions, as runtime/symtab.go and internal/abi of Go 1.20 to
// 1.26 have it: a header, pairs of a function and the place of its record, and the records,
// with places in a store of tables by the number of a block. A Go with another layout
// has another first byte.
const (
	tableMagic  = "\xf1\xff\xff\xff\x00\x00\x01\x08" // version, zeros, instruction's and pointer's size
	headerWords = 8                                  // 8 bytes each, after the magic
	pairSize    = 8
	recordSize  = 44
	// Places in a record.
	recordDepth = 16 // the table of the stack's depth
	recordFile  = 20
	recordLine  = 24
	recordCount = 28 // of the other tables, which are behind the record
)

// functions is the linker's table of functions in a piece of memory.
type functions struct {
	count  int
	pairs  []byte // and the records, whose places begin with the pairs
	tables []byte // the store
	units  []byte // the files of the compilation units
	files  []byte // their names
}

// findFunctions finds the linker's table of functions in the one segment that has it.
func findFunctions(segments []segment) (f functions, ok bool) {
	for _, s := range segments {
		if found, is := find(s.data); is {
			if ok {
				return functions{}, false
			}
			f, ok = found, true
		}
	}
	return f, ok
}

// find looks for the one header whose places make sense.
func find(data []byte) (f functions, ok bool) {
	at := bytes.Index(data, []byte(tableMagic))
	if at < 0 || bytes.Contains(data[at+1:], []byte(tableMagic)) || len(data)-at < 8+8*headerWords {
		return f, false
	}
	memory := data[at:]
	var h [headerWords]uint64 // functions, files, text, names, units, files, tables, pairs
	for i := range h {
		h[i] = binary.LittleEndian.Uint64(memory[8+8*i:])
	}
	for i := 4; i < headerWords; i++ {
		if h[i] < h[i-1] || h[i] > uint64(len(memory)) {
			return f, false
		}
	}
	f.units, f.files, f.tables, f.pairs = memory[h[4]:h[5]], memory[h[5]:h[6]], memory[h[6]:h[7]], memory[h[7]:]
	if h[0] == 0 || h[0] > uint64(len(f.pairs)/pairSize) {
		return f, false
	}
	f.count = int(h[0])
	return f, true
}

// dropLines empties the tables of files and lines, and lets every function say that it
// has none. It answers false, having changed nothing, where it does not know something.
func (f functions) dropLines() bool {
	used := make([]bool, len(f.tables)) // by tables that stay: equal ones share their place
	records := make([][]byte, f.count)
	for i := range f.count {
		at := int(binary.LittleEndian.Uint32(f.pairs[pairSize*i+4:]))
		if at < pairSize*f.count || at > len(f.pairs)-recordSize {
			return false
		}
		r := f.pairs[at:]
		count := int(binary.LittleEndian.Uint32(r[recordCount:]))
		if count > (len(r)-recordSize)/4 {
			return false
		}
		places := []int{recordDepth}
		for k := range count {
			places = append(places, recordSize+4*k)
		}
		for _, place := range places {
			if !f.use(int(binary.LittleEndian.Uint32(r[place:])), used) {
				return false
			}
		}
		records[i] = r
	}
	for _, r := range records {
		clear(r[recordFile : recordLine+4])
	}
	for i := range f.tables {
		if !used[i] {
			f.tables[i] = 0
		}
	}
	clear(f.units)
	clear(f.files)
	return true
}

// use marks the bytes of a table: pairs of a difference and a distance, up to a difference
// of zero that is not the first. At 0 is none.
func (f functions) use(from int, used []bool) bool {
	if from == 0 {
		return true
	}
	for at, first := from, true; ; first = false {
		for pair := range 2 {
			if at >= len(f.tables) {
				return false
			}
			v, n := binary.Uvarint(f.tables[at:])
			if n <= 0 || v > 1<<32-1 {
				return false
			}
			at += n
			if pair == 0 && v == 0 && !first {
				for i := from; i < at; i++ {
					used[i] = true
				}
				return true
			}
		}
	}
}
