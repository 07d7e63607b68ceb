package wasmslim

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// A section of a program, in the order of their kinds.
type section struct {
	kind byte
	body []byte
}

const (
	magic       = "\x00asm\x01\x00\x00\x00"
	codeSection = 10
	dataSection = 11
)

// module is a program, taken apart.
type module []section

func split(program []byte) (m module, err error) {
	if len(program) < len(magic) || string(program[:len(magic)]) != magic {
		return nil, errors.New("the program is not WebAssembly of version 1")
	}
	for rest := program[len(magic):]; len(rest) > 0; {
		size, n := binary.Uvarint(rest[1:])
		if n <= 0 || size > uint64(len(rest)-1-n) {
			return nil, fmt.Errorf("section %d is longer than the program", rest[0])
		}
		m = append(m, section{rest[0], rest[1+n : 1+n+int(size)]})
		rest = rest[1+n+int(size):]
	}
	return m, nil
}

func (m module) bytes() []byte {
	program := []byte(magic)
	for _, s := range m {
		program = append(program, s.kind)
		program = binary.AppendUvarint(program, uint64(len(s.body)))
		program = append(program, s.body...)
	}
	return program
}

// only returns the one section of a kind.
func (m module) only(kind byte) (s *section, ok bool) {
	for i := range m {
		if m[i].kind == kind {
			if s != nil {
				return nil, false
			}
			s = &m[i]
		}
	}
	return s, s != nil
}

// vector splits a section that is a number of items into them; length says how
// long the one at the start of what is left is, 0 for an unknown one.
func vector(body []byte, length func(rest []byte) int) (items [][]byte, ok bool) {
	count, n := binary.Uvarint(body)
	if n <= 0 || count > uint64(len(body)) {
		return nil, false
	}
	body = body[n:]
	for range count {
		n := length(body)
		if n <= 0 || n > len(body) {
			return nil, false
		}
		items = append(items, body[:n])
		body = body[n:]
	}
	return items, len(body) == 0
}

// appendVector makes a section of items.
func appendVector(items [][]byte) []byte {
	body := binary.AppendUvarint(nil, uint64(len(items)))
	for _, item := range items {
		body = append(body, item...)
	}
	return body
}

// number is how long the number is that rest begins with.
func number(rest []byte) int {
	_, n := binary.Uvarint(rest)
	return n
}

// sized is how long what rest begins with is, which says its size.
func sized(rest []byte) int {
	size, n := binary.Uvarint(rest)
	if n <= 0 || size > uint64(len(rest)-n) {
		return 0
	}
	return n + int(size)
}

// withSize puts the size of a body before it.
func withSize(body []byte) []byte {
	return append(binary.AppendUvarint(nil, uint64(len(body))), body...)
}
