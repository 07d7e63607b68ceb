package wasmslim

import (
	"maps"
	"math/rand/v2"
	"testing"
)

const (
	frameAt   = 0xF000_0000 // far from where variables point to
	frameLong = 88
)

// piece is one of the things that Go's compiler does with a frame, or with an address.
func piece(r *rand.Rand) []byte {
	address, float := byte(2+r.IntN(3)), byte(5+r.IntN(2))
	word, half := byte(8*r.IntN(12)), byte(4*r.IntN(24)) // the last are behind the frame
	offset := byte(4 * r.IntN(8))
	sum := derive(byte(2+r.IntN(3)), offset, address)
	spill := cat(sp, []byte{opLocalGet, address, opI64Store, 3, word})
	reload := cat(sp, []byte{opI64Load, 3, word, opWrap, opF32Load, 2, offset, opLocalSet, float})
	bits := cat(sp, []byte{opLocalGet, float, opF32Store, 2, half})
	asBits := cat(sp, []byte{opI64Low, 2, half, opLocalSet, address})
	low := cat(sp, []byte{opLocalGet, address, opLowStore, 2, half})
	asFloat := cat(sp, []byte{opF32Load, 2, half, opLocalSet, float})
	all := [][]byte{sum, sum, spill, reload, bits, asBits, low, asFloat,
		cat(sum, spill), cat(sum, spill, reload), cat(bits, asBits), cat(low, asFloat),
		{opLocalGet, address, opWrap, opLocalGet, float, opF32Store, 2, offset},
		cat(through(address, offset), []byte{opLocalSet, float}),
		{opI64Const, offset, opLocalSet, address}, {opBlock, noValue, end}}
	return all[r.IntN(len(all))]
}

// A machine knows the instructions of pieces. Numbers are their bits.
type machine struct {
	variables [64]uint64
	memory    map[uint32]byte
	stack     []uint64
}

func (m *machine) pop() uint64 {
	v := m.stack[len(m.stack)-1]
	m.stack = m.stack[:len(m.stack)-1]
	return v
}

func (m *machine) push(v uint64) { m.stack = append(m.stack, v) }

func (m *machine) load(at uint32, bytes int) (v uint64) {
	for i := bytes - 1; i >= 0; i-- {
		b, ok := m.memory[at+uint32(i)]
		if !ok {
			b = byte((at + uint32(i)) * 37) // something, and the same each time
		}
		v = v<<8 | uint64(b)
	}
	return v
}

func (m *machine) store(at uint32, v uint64, bytes int) {
	for i := range bytes {
		m.memory[at+uint32(i)] = byte(v >> (8 * i))
	}
}

var widths = map[byte]int{opI64Load: 8, opI64Store: 8, opI64Low: 4, opF32Load: 4, opF32Store: 4, opLowStore: 4}

// do does what instructions say, up to the return, and returns what it left in memory that others see.
func do(t *testing.T, all []instruction) map[uint32]byte {
	t.Helper()
	m := machine{memory: map[uint32]byte{}}
	for i := range m.variables {
		m.variables[i] = uint64(1000 * i)
	}
	for _, x := range all {
		switch {
		case x.op == opGlobal:
			m.push(frameAt + frameLong)
		case x.op == opLocalGet:
			m.push(m.variables[x.value])
		case x.op == opLocalSet, x.op == opGlobalTo, x.op == opDrop:
			v := m.pop()
			if x.op == opLocalSet {
				m.variables[x.value] = v
			}
		case x.op == opLocalTee:
			m.variables[x.value] = m.stack[len(m.stack)-1]
		case x.op == opI32Const, x.op == opI64Const:
			m.push(uint64(x.value))
		case x.op == opI64Add:
			m.push(m.pop() + m.pop())
		case x.op == opI32Sub:
			less := m.pop()
			m.push(uint64(uint32(m.pop() - less)))
		case x.op == opWrap:
			m.push(uint64(uint32(m.pop())))
		case x.op == opExtend, x.op == opF32Bits, x.op == opFromBits, x.op == opBlock, x.op == end:
		case isLoad(x.op):
			m.push(m.load(uint32(m.pop())+uint32(x.value), widths[x.op]))
		case isStore(x.op):
			v := m.pop()
			m.store(uint32(m.pop())+uint32(x.value), v, widths[x.op])
		case x.op == opReturn:
			maps.DeleteFunc(m.memory, func(at uint32, _ byte) bool { return at >= frameAt && at < frameAt+frameLong })
			return m.memory
		default:
			t.Fatalf("a machine without instruction %x", x.op)
		}
	}
	t.Fatal("no return")
	return nil
}

// Functions of random pieces leave the same in memory before and after, and some
// leave out what they stored.
func TestRandomFunctionsKeepTheirValues(t *testing.T) {
	enter := cat(sp, signedNumber(opI32Const, frameLong).bytes, []byte{opI32Sub, opLocalTee, 1, opGlobalTo, 0})
	var fewer, stores int
	for seed := range uint64(3000) {
		r := rand.New(rand.NewPCG(seed, 0))
		f := cat([]byte{3}, frame[1:], begin, enter)
		for range 2 + r.IntN(20) {
			f = append(f, piece(r)...)
		}
		for v := byte(2); v <= 6; v++ { // tell what the variables hold
			op := byte(opI64Store)
			if v >= 5 {
				op = opF32Store
			}
			f = append(f, opI32Const, 8*v, opLocalGet, v, op, 2, 0)
		}
		f = append(f, opI32Const, 0, opReturn, end)
		better, _ := improveFunction(f, everything)
		before, after := instructions(t, f), instructions(t, better)
		if want, got := do(t, before), do(t, after); !maps.Equal(want, got) {
			t.Fatalf("seed %d: %x leaves %v,\n%x leaves %v", seed, f, want, better, got)
		}
		stores += count(before, isStore)
		fewer += count(before, isStore) - count(after, isStore)
	}
	t.Logf("%d of %d stores were left out", fewer, stores)
	if fewer < stores/20 {
		t.Error("too few to be a test of it")
	}
}

func count(all []instruction, is func(byte) bool) (n int) {
	for _, x := range all {
		if is(x.op) {
			n++
		}
	}
	return n
}

func instructions(t *testing.T, f []byte) []instruction {
	t.Helper()
	v, ok := readVariables(f)
	if !ok {
		t.Fatal("no function")
	}
	all, ok := decode(f[v.end:])
	if !ok {
		t.Fatal("no instructions")
	}
	return all
}
