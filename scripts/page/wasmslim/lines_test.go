package wasmslim

import (
	"bytes"
	"encoding/binary"
	"testing"
)

// table makes a table of functions with one record, which has one more table than that
// of the stack's depth.
func table(change func(m []byte)) []byte {
	m := make([]byte, 200)
	copy(m, tableMagic)
	for i, v := range []uint64{1, 1, 0, 72, 76, 80, 84, 104} {
		binary.LittleEndian.PutUint64(m[8+8*i:], v)
	}
	copy(m[76:], "unitfile")
	copy(m[85:], []byte{2, 1, 0, 4, 1, 0, 6, 1, 0, 8, 1, 0}) // four tables in the store: depth, file, line, another
	binary.LittleEndian.PutUint32(m[108:], 24)
	r := m[recordAt:]
	for place, v := range map[int]uint32{recordDepth: 1, recordFile: 4, recordLine: 7, recordCount: 1, recordSize: 10} {
		binary.LittleEndian.PutUint32(r[place:], v)
	}
	if change != nil {
		change(m)
	}
	return m
}

// recordAt is where the record is in what table makes.
const recordAt = 128

// drop finds the table of functions in m and drops its lines.
func drop(m []byte) bool {
	f, ok := find(m)
	return ok && f.dropLines()
}

func TestDropLines(t *testing.T) {
	tests := []struct {
		name   string
		change func(m []byte)
		store  []byte // what is left of it
	}{
		{"lines and files go, other tables stay", nil, []byte{2, 1, 0, 0, 0, 0, 0, 0, 0, 8, 1, 0}},
		{"a table that another shares stays", func(m []byte) { m[recordAt+recordLine] = 10 }, []byte{2, 1, 0, 0, 0, 0, 0, 0, 0, 8, 1, 0}},
		{"so does one within another", func(m []byte) { m[recordAt+recordSize] = 4; m[89] = 200; m[90] = 1 }, []byte{2, 1, 0, 4, 200, 1, 6, 1, 0, 0, 0, 0}},
		{"none has no bytes", func(m []byte) { m[recordAt+recordSize] = 0 }, []byte{2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}},
		{"one may begin with no difference", func(m []byte) { m[85] = 0 }, []byte{0, 1, 0, 0, 0, 0, 0, 0, 0, 8, 1, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := table(tt.change)
			want := bytes.Clone(m)
			clear(want[76:84])
			copy(want[85:], tt.store)
			clear(want[recordAt+recordFile:][:8])
			if !drop(m) || !bytes.Equal(m, want) {
				t.Fatalf("became %v,\nwant   %v", m, want)
			}
		})
	}
}

func TestTablesThatAreNotKnownStay(t *testing.T) {
	tests := []struct {
		name   string
		change func(m []byte)
	}{
		{"another version", func(m []byte) { m[0] = 0xf2 }},
		{"no functions", func(m []byte) { m[8] = 0 }},
		{"more functions than memory", func(m []byte) { m[10] = 1 }},
		{"places out of order", func(m []byte) { m[8+8*6] = 79 }},
		{"a place outside", func(m []byte) { m[8+8*7+1] = 1 }},
		{"a record outside", func(m []byte) { m[110] = 1 }},
		{"a record among the pairs", func(m []byte) { m[108] = 4 }},
		{"more tables than memory", func(m []byte) { m[recordAt+recordCount] = 8 }},
		{"a depth outside the store", func(m []byte) { m[recordAt+recordDepth] = 200 }},
		{"a table outside the store", func(m []byte) { m[recordAt+recordSize] = 200 }},
		{"a table without an end", func(m []byte) { copy(m[84:104], bytes.Repeat([]byte{1}, 20)) }},
		{"two headers", func(m []byte) { copy(m[184:], tableMagic) }},
		{"cut off in the header", func(m []byte) { copy(m[184:], m[:16]); m[0] = 0 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := table(tt.change)
			before := bytes.Clone(m)
			if drop(m) || !bytes.Equal(m, before) {
				t.Fatal("the table was taken for one that is known")
			}
		})
	}
}
