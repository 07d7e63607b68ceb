package wasmslim

import (
	"encoding/binary"
	"errors"
)

// A segment is a piece of the memory that a program starts from.
type segment struct {
	at   int
	data []byte
}

// gap is how many zeros between two segments are filled in: the one wide
// desert of Go's layout stays empty.
const gap = 1024

// activeSegment is WebAssembly's code for a segment of the only memory.
const activeSegment = 0x00

func read(body []byte) ([]segment, error) {
	bad := errors.New("the program's data are not segments at fixed addresses")
	count, n := binary.Uvarint(body)
	if n <= 0 || count > uint64(len(body)) {
		return nil, bad
	}
	body = body[n:]
	segments := make([]segment, 0, count)
	for range count {
		if len(body) < 3 || body[0] != activeSegment || body[1] != opI32Const {
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
		body = append(body, activeSegment)
		body = append(body, signedNumber(opI32Const, int64(s.at)).bytes...)
		body = append(body, end)
		body = binary.AppendUvarint(body, uint64(len(s.data)))
		body = append(body, s.data...)
	}
	return body
}
