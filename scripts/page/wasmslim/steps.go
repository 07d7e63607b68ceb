package wasmslim

import "encoding/binary"

// steps are the runtime's table from numbers of blocks to a value: each holds for
// those below its end that the one before does not reach.
type steps []step

type step struct {
	end   int64
	value int
}

// at is the value of a number, -1 beyond the last.
func (s steps) at(number int64) int {
	for _, step := range s {
		if number < step.end {
			return step.value
		}
	}
	return -1
}

// two reports whether there are at most two values: 0 for block 0, and this one.
func (s steps) two() (value int, ok bool) {
	for _, step := range s {
		if step.value != 0 {
			if value != 0 && step.value != value {
				return 0, false
			}
			value = step.value
		}
	}
	return value, len(s) > 0 && s[0].value == 0
}

// stepsOf makes steps of a value for each number, of which unknown ones may be
// any, and nil where all are.
func stepsOf(values []int) (s steps) {
	for number, v := range values {
		k := len(s) - 1
		switch {
		case v == unknown:
		case k >= 0 && s[k].value == v:
		default:
			if k >= 0 {
				s[k].end = int64(number)
			}
			s = append(s, step{lastBlock, v})
		}
	}
	return s
}

// followed adds a value for each number that calls return to which never do: the runtime
// looks one below it.
func (s steps) followed(lost []int) steps {
	for i, v := range lost {
		k := len(s) - 1
		if k >= 0 && s[k].value == v {
			continue
		}
		if k >= 0 {
			s[k].end = int64(endlessBlock + i - 1)
		}
		s = append(s, step{lastBlock, v})
	}
	return s
}

// readSteps reads what step in runtime/symtab.go does: pairs of a difference, even
// or odd for its sign, and a distance, up to a difference of zero that is not the first.
func readSteps(table []byte) (s steps, size int, ok bool) {
	last := step{0, -1}
	for {
		difference, n := binary.Uvarint(table[size:])
		if n <= 0 || difference > 1<<32-1 {
			return nil, 0, false
		}
		size += n
		if difference == 0 && len(s) > 0 {
			return s, size, true
		}
		distance, n := binary.Uvarint(table[size:])
		if n <= 0 || distance > 1<<32-1 {
			return nil, 0, false
		}
		size += n
		last.end += int64(distance)
		last.value += int(int32(-(uint32(difference) & 1) ^ uint32(difference)>>1))
		s = append(s, last)
	}
}

// bytes is the table that readSteps reads.
func (s steps) bytes() (table []byte) {
	last := step{0, -1}
	for _, step := range s {
		d := int32(step.value - last.value)
		table = binary.AppendUvarint(table, uint64(uint32(d<<1^d>>31)))
		table = binary.AppendUvarint(table, uint64(step.end-last.end))
		last = step
	}
	return append(table, 0)
}
