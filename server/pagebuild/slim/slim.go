// Package slim makes the Go linker's WebAssembly programs smaller to download,
// and faster. What the program computes stays the same, bit by bit.
//
//   - The linker leaves out every run of zeros, which makes tens of thousands of
//     data segments, each with an address that does not compress. Joined, their
//     zeros compress to nothing.
//   - A fifth of the data says from which line of which file every instruction
//     comes. A panic's trace keeps the names of functions and loses the lines.
//   - Go's compiler adds up the address of every float32 and float64 that it loads
//     or stores, and sends some values through memory: see [foldOffsets] and [forward].
package slim

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A segment is a piece of the memory that a program starts from.
type segment struct {
	at   int
	data []byte
}

const (
	magic       = "\x00asm\x01\x00\x00\x00"
	codeSection = 10
	dataSection = 11
	// gap is how many zeros between two segments are filled in: the one wide
	// desert of Go's layout stays empty.
	gap = 1024
)

// Left says what of a program is not as this package knows it, as may be in a
// later Go, and stays as it was.
type Left struct{ Lines, Code bool }

// Program returns the smaller twin of a program of the Go linker.
func Program(program []byte) (small []byte, left Left, err error) {
	if len(program) < len(magic) || string(program[:len(magic)]) != magic {
		return nil, left, errors.New("the program is not WebAssembly of version 1")
	}
	left = Left{Lines: true, Code: true}
	small = append(small, magic...)
	for rest := program[len(magic):]; len(rest) > 0; {
		kind := rest[0]
		size, n := binary.Uvarint(rest[1:])
		if n <= 0 || size > uint64(len(rest)-1-n) {
			return nil, left, fmt.Errorf("section %d is longer than the program", kind)
		}
		body := rest[1+n : 1+n+int(size)]
		rest = rest[1+n+int(size):]
		switch kind {
		case codeSection:
			var better bool
			body, better = improve(body)
			left.Code = left.Code && !better
		case dataSection:
			segments, err := read(body)
			if err != nil {
				return nil, left, err
			}
			segments = join(segments)
			for _, s := range segments {
				left.Lines = !dropLines(s.data) && left.Lines
			}
			body = write(segments)
		}
		small = append(small, kind)
		small = binary.AppendUvarint(small, uint64(len(body)))
		small = append(small, body...)
	}
	return small, left, nil
}

// WebAssembly's codes in the head of a segment of the only memory.
const (
	activeSegment = 0x00
	i32Const      = 0x41
	end           = 0x0b
)

func read(body []byte) ([]segment, error) {
	bad := errors.New("the program's data are not segments at fixed addresses")
	count, n := binary.Uvarint(body)
	if n <= 0 || count > uint64(len(body)) {
		return nil, bad
	}
	body = body[n:]
	segments := make([]segment, 0, count)
	for range count {
		if len(body) < 3 || body[0] != activeSegment || body[1] != i32Const {
			return nil, bad
		}
		// An address is a signed number, but Go's are not negative: the bits
		// are those of an unsigned one.
		at, n := binary.Uvarint(body[2:])
		if n <= 0 || at > 1<<31-1 || len(body) < 3+n || body[2+n] != end {
			return nil, bad
		}
		body = body[3+n:]
		size, n := binary.Uvarint(body)
		if n <= 0 || size > uint64(len(body)-n) {
			return nil, bad
		}
		segments = append(segments, segment{int(at), body[n : n+int(size)]})
		body = body[n+int(size):]
	}
	return segments, nil
}

func join(segments []segment) []segment {
	var joined []segment
	for _, s := range segments {
		if k := len(joined) - 1; k >= 0 {
			last := &joined[k]
			if zeros := s.at - last.at - len(last.data); zeros >= 0 && zeros <= gap {
				last.data = append(append(last.data, make([]byte, zeros)...), s.data...)
				continue
			}
		}
		joined = append(joined, segment{s.at, append([]byte(nil), s.data...)})
	}
	return joined
}

func write(segments []segment) []byte {
	body := binary.AppendUvarint(nil, uint64(len(segments)))
	for _, s := range segments {
		body = append(body, activeSegment, i32Const)
		body = appendAddress(body, s.at)
		body = append(body, end)
		body = binary.AppendUvarint(body, uint64(len(s.data)))
		body = append(body, s.data...)
	}
	return body
}

// appendAddress writes a number that is not negative as WebAssembly's signed
// ones: the highest bit of the last byte is a sign.
func appendAddress(body []byte, at int) []byte {
	for ; at > 0x3f; at >>= 7 {
		body = append(body, byte(at)|0x80)
	}
	return append(body, byte(at))
}
