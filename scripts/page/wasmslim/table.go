package wasmslim

import (
	"bytes"
	"encoding/binary"
)

// The linker's table of functions, as internal/abi and runtime/symtab.go of Go
// 1.20 to 1.26 have it: a header, pairs of a function's number and the place of its
// record, and the records, with offsets into stores of names and of tables by the
// number of a block.
const (
	tableMagic  = "\xf1\xff\xff\xff\x00\x00\x01\x08" // version, zeros, instruction's and pointer's size
	headerWords = 8                                  // 8 bytes each, after the magic
	pairSize    = 8
	recordSize  = 44
	// Offsets in a record.
	recordName      = 4
	recordRecover   = 12 // deferreturn
	recordStack     = 16 // pcsp: the stack's depth
	recordFile      = 20
	recordLine      = 24
	recordCount     = 28 // of the other tables
	recordUnit      = 32
	recordStartLine = 36
	recordFlags     = 41
	recordFacts     = 43             // count of funcdata, behind the tables
	recordMaps      = recordSize + 4 // the second of the other tables: which map of the stack holds
	assembly        = 4              // a flag
)

// functions is the linker's table of functions in a piece of memory.
type functions struct {
	memory  []byte // from the header on,
	address int    // and its address
	count   int
	tables  []byte // the store
	textAt  int    // where the names begin
	text    []byte // the names
	units   []byte // the files of the compilation units
	files   []byte // their names
	pairs   int    // where the pairs begin, to which records' places are relative
	facts   int    // where the facts begin, and behind them the buckets; 0 where they are not found
	buckets int
	shorten bool
	plainly bool
	inlined bool
}

// findFunctions finds the linker's table of functions in the one segment that has it.
func findFunctions(segments []segment) (f functions, ok bool) {
	for _, s := range segments {
		if found, is := find(s); is {
			if ok {
				return functions{}, false
			}
			f, ok = found, true
		}
	}
	if facts, buckets, found := f.places(segments); ok && found {
		f.facts, f.buckets = facts, buckets
	}
	return f, ok
}

// find looks for the one header whose offsets make sense.
func find(s segment) (f functions, ok bool) {
	at := bytes.Index(s.data, []byte(tableMagic))
	if at < 0 || bytes.Contains(s.data[at+1:], []byte(tableMagic)) || len(s.data)-at < 8+8*headerWords {
		return f, false
	}
	f.memory, f.address = s.data[at:], s.at+at
	var h [headerWords]uint64 // functions, files, text, names, units, files, tables, pairs
	for i := range h {
		h[i] = binary.LittleEndian.Uint64(f.memory[8+8*i:])
	}
	for i := 4; i < headerWords; i++ {
		if h[i] < h[i-1] || h[i] > uint64(len(f.memory)) {
			return f, false
		}
	}
	if h[0] == 0 || h[0] > (uint64(len(f.memory))-h[7])/pairSize {
		return f, false
	}
	f.count, f.textAt, f.pairs = int(h[0]), int(h[3]), int(h[7])
	f.text, f.units, f.files, f.tables = f.memory[h[3]:h[4]], f.memory[h[4]:h[5]], f.memory[h[5]:h[6]], f.memory[h[6]:h[7]]
	return f, true
}

// pair returns a function's number and the place of its record.
func (f functions) pair(i int) (number, at int) {
	pair := f.memory[f.pairs+pairSize*i:]
	return int(binary.LittleEndian.Uint32(pair)), int(binary.LittleEndian.Uint32(pair[4:]))
}

// record is what the linker says of one function.
type record struct {
	bytes  []byte
	tables int // beside that of the stack's depth
	facts  int
}

func (f functions) record(i int) (r record, ok bool) {
	_, at := f.pair(i)
	if at < pairSize*f.count || f.pairs+at > len(f.memory)-recordSize {
		return r, false
	}
	r.bytes = f.memory[f.pairs+at:]
	r.tables, r.facts = int(r.word(recordCount)), int(r.bytes[recordFacts])
	// Go 1.26 has five tables and eight facts.
	return r, r.tables <= 5 && r.facts <= 8 && len(r.bytes) >= recordSize+4*(r.tables+r.facts)
}

func (r record) word(at int) uint32 { return binary.LittleEndian.Uint32(r.bytes[at:]) }

func (r record) put(at int, v uint32) { binary.LittleEndian.PutUint32(r.bytes[at:], v) }

// fact is where in a record the place of a fact is.
func (r record) fact(k int) (at int) { return recordSize + 4*(r.tables+k) }

// table is the one of which a record has the place.
func (f functions) table(r record, at int) (table []byte, ok bool) {
	from := int(r.word(at))
	if from == 0 {
		return nil, true
	}
	if from > len(f.tables) {
		return nil, false
	}
	_, size, ok := readSteps(f.tables[from:])
	return f.tables[from : from+size], ok
}

// layout is what the runtime knows of a function's numbers.
func (f functions) layout(i int) (l layout, ok bool) {
	r, ok := f.record(i)
	if !ok {
		return l, false
	}
	l.assembly = r.bytes[recordFlags]&assembly != 0
	l.recover = int64(r.word(recordRecover))
	depth, ok := f.table(r, recordStack)
	if !ok || len(depth) == 0 {
		return l, false
	}
	l.depth, _, _ = readSteps(depth)
	if recordMaps < r.fact(0) {
		maps, ok := f.table(r, recordMaps)
		if !ok {
			return l, false
		}
		if len(maps) > 0 {
			l.maps, _, _ = readSteps(maps)
		}
	}
	return l, true
}

// names are those of all functions.
func (f functions) names() (names []string, ok bool) {
	for i := range f.count {
		r, ok := f.record(i)
		if !ok || r.word(recordName) > uint32(len(f.text)) {
			return nil, false
		}
		name, _, ok := bytes.Cut(f.text[r.word(recordName):], []byte{0})
		if !ok {
			return nil, false
		}
		names = append(names, string(name))
	}
	return names, true
}
