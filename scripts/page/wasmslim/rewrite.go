package wasmslim

import (
	"cmp"
	"maps"
	"slices"
	"strings"
)

// What only traces read: inlined calls and printed arguments, among the tables
// and among the facts.
var (
	traceTables = []int{2, 3}
	traceFacts  = []int{3, 5, 6}
)

// rewrite empties the tables of files, lines and inlined calls, and puts the
// tables of the functions with new numbers in place of theirs. It answers
// false, having changed nothing, where it does not know something.
func (f functions) rewrite(layouts map[int]layout) bool {
	tables := make([]map[int]string, f.count) // by their places in the record
	uses := map[string]int{}
	for i := range f.count {
		r, ok := f.record(i)
		if !ok {
			return false
		}
		l, renumbered := layouts[i]
		if tables[i], ok = f.tablesOf(r, l, renumbered); !ok {
			return false
		}
		for _, table := range tables[i] {
			uses[table]++
		}
	}
	store, places := storeOf(uses)
	if f.plainly {
		return f.plain()
	}
	text, names, ok := f.shortNames()
	if !ok || len(store) > len(f.tables) || len(text) > len(f.text) {
		return false
	}
	for i := range f.count {
		r, _ := f.record(i)
		r.forgetLines()
		r.put(recordName, uint32(names[i]))
		if l, ok := layouts[i]; ok {
			r.put(recordRecover, uint32(l.recover))
		}
		for at, table := range tables[i] {
			r.put(at, uint32(places[table]))
		}
	}
	clear(f.tables[copy(f.tables, store):])
	clear(f.text[copy(f.text, text):])
	clear(f.units)
	clear(f.files)
	return true
}

// tablesOf returns the tables of a record that are not only for traces.
func (f functions) tablesOf(r record, l layout, renumbered bool) (tables map[int]string, ok bool) {
	tables = map[int]string{}
	needed := []int{recordStack}
	for k := range r.tables {
		if !slices.Contains(traceTables, k) {
			needed = append(needed, recordSize+4*k)
		}
	}
	for _, at := range needed {
		table, ok := f.table(r, at)
		if !ok {
			return nil, false
		}
		if renumbered && len(table) > 0 {
			switch {
			case at == recordStack:
				table = l.depth.bytes()
			case at == recordMaps && l.maps != nil:
				table = l.maps.bytes()
			default: // where a goroutine may be stopped, which WebAssembly's are not
				table = nil
			}
		}
		tables[at] = string(table)
	}
	return tables, true
}

// storeOf puts tables behind each other, those first that are used often: small
// numbers compress better. At 0 begins none.
func storeOf(uses map[string]int) (store []byte, places map[string]int) {
	store, places = []byte{0}, map[string]int{"": 0}
	for _, table := range slices.SortedFunc(maps.Keys(uses), func(a, b string) int {
		return cmp.Or(uses[b]-uses[a], strings.Compare(a, b))
	}) {
		if table != "" {
			places[table] = len(store)
			store = append(store, table...)
		}
	}
	return store, places
}

// shortNames puts the names behind each other as traces print them: with [...] for the
// types of a generic function. It returns where each begins.
func (f functions) shortNames() (text []byte, places []int, ok bool) {
	names, ok := f.names()
	if !ok {
		return nil, nil, false
	}
	known := map[string]int{}
	for _, name := range names {
		from, to := strings.IndexByte(name, '['), strings.LastIndexByte(name, ']')
		if f.shorten && 0 <= from && from < to {
			name = name[:from] + "[...]" + name[to+1:]
		}
		at, ok := known[name]
		if !ok {
			at = len(text)
			known[name] = at
			text = append(append(text, name...), 0)
		}
		places = append(places, at)
	}
	return text, places, true
}

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
			r.put(r.fact(k), ^uint32(0))
		}
	}
}

// plain empties the tables of lines without moving any other.
func (f functions) plain() bool {
	used := make([]bool, len(f.tables))
	for i := range f.count {
		r, _ := f.record(i)
		for _, at := range []int{recordFile, recordLine} {
			r.put(at, 0)
		}
		if f.inlined {
			r.forgetLines()
		}
		needed := []int{recordStack}
		for k := range r.tables {
			needed = append(needed, recordSize+4*k)
		}
		for _, at := range needed {
			table, _ := f.table(r, at)
			from := int(r.word(at))
			for k := range table {
				used[from+k] = true
			}
		}
	}
	for i, u := range used {
		if !u {
			f.tables[i] = 0
		}
	}
	clear(f.units)
	clear(f.files)
	return true
}
