package checkpoint

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"
	"unicode/utf8"

	"atelier/core/digest"
)

// Encode writes a file: the tensors in the given order, the metadata sorted by
// key and with the two hashes, the header as compact JSON padded with spaces
// to a multiple of 8 bytes. Metadata entries of 16 KiB and more are written
// behind the tensors, where Decode finds them. It refuses what Decode would
// refuse with the limits of Own, except for numbers that are not finite.
//
// Other programs want each tensor aligned to its elements: put narrow types last.
func Encode(f *File) ([]byte, error) {
	draft, err := Begin(f)
	if err != nil {
		return nil, err
	}
	return draft.Finish(func() error { return nil })
}

// Draft is a file that has all but its hashes.
type Draft struct {
	file  *File
	bytes []byte
	start int // of the data
}

// Begin is the first part of Encode: the tensors are copied, and may change
// from then on.
func Begin(f *File) (*Draft, error) {
	f, err := f.spill()
	if err != nil {
		return nil, err
	}
	size, err := f.check()
	if err != nil {
		return nil, err
	}
	// Hashes are equally long, whatever they are: the data are written where they
	// stay, behind a header with other hashes.
	header, err := f.header(digest.Hex(nil))
	if err != nil {
		return nil, err
	}
	start := 8 + len(header)
	if start+size > fileLimit {
		return nil, fmt.Errorf("the file would have more than the %d bytes that can be read again", fileLimit)
	}
	out := make([]byte, start, start+size)
	for i := range f.Tensors {
		out = appendData(out, &f.Tensors[i])
	}
	return &Draft{f, out, start}, nil
}

// Finish is the rest of Encode. It calls yield after every megabyte, for others
// who wait for the processor, and ends with its error. It is called once.
func (d *Draft) Finish(yield func() error) ([]byte, error) {
	hash, err := hashYielding(d.bytes[d.start:], yield)
	if err != nil {
		return nil, err
	}
	header, err := d.file.header(hash)
	if err != nil {
		return nil, err
	}
	binary.LittleEndian.PutUint64(d.bytes, uint64(len(header)))
	copy(d.bytes[8:], header)
	return d.bytes, nil
}

// EncodeHalf is Encode with the F32 tensors of two and more dimensions as F16,
// which halves the file. Biases and running statistics stay F32. It refuses
// finite numbers beyond F16's largest, 65504.
func EncodeHalf(f *File) ([]byte, error) {
	half := &File{Meta: f.Meta, Tensors: slices.Clone(f.Tensors)}
	for i := range half.Tensors {
		t := &half.Tensors[i]
		if t.DType != F32 || len(t.Shape) < 2 {
			continue
		}
		t.DType = F16
		for j, v := range t.F32 {
			if v-v == 0 && toHalf(v)&0x7fff == halfInf {
				return nil, fmt.Errorf("element %d of tensor %s is %v, too large for F16", j, quote(t.Name), v)
			}
		}
	}
	return Encode(half)
}

// check compares names, types, shapes and data, and returns the bytes of the data.
func (f *File) check() (size int, err error) {
	seen := map[string]bool{metadataKey: true}
	for i := range f.Tensors {
		t := &f.Tensors[i]
		if seen[t.Name] {
			return 0, fmt.Errorf("two tensors, or a tensor and the metadata, are named %s", quote(t.Name))
		}
		seen[t.Name] = true
		n, err := t.bytes()
		if err != nil {
			return 0, err
		}
		if size += n; size > fileLimit {
			return 0, fmt.Errorf("the tensors have more than the %d bytes that can be read again", fileLimit)
		}
	}
	return size, nil
}

// bytes returns how many bytes the tensor's data take in a file.
func (t *Tensor) bytes() (int, error) {
	unit := elementSize(t.DType)
	if unit == 0 {
		return 0, fmt.Errorf("tensor %s has type %s: F32, F16, BF16, I64 and U8 can be written", quote(t.Name), quote(t.DType))
	}
	if len(t.Shape) > maxRank {
		return 0, fmt.Errorf("tensor %s has %d dimensions, more than %d", quote(t.Name), len(t.Shape), maxRank)
	}
	for _, d := range t.Shape {
		if d < 0 {
			return 0, fmt.Errorf("tensor %s has a dimension of %d", quote(t.Name), d)
		}
	}
	size, ok := product(t.Shape, unit)
	held := len(t.F32)
	switch t.DType {
	case I64:
		held = len(t.I64)
	case U8:
		held = len(t.U8)
	}
	if !ok || size != held*unit {
		return 0, fmt.Errorf("tensor %s has %d elements: its shape %v needs another number", quote(t.Name), held, t.Shape)
	}
	return size, nil
}

func appendData(b []byte, t *Tensor) []byte {
	switch t.DType {
	case F32:
		for _, v := range t.F32 {
			// Millions of numbers: the compiler's own, since math32's goes through memory in WebAssembly.
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(v))
		}
	case F16:
		for _, v := range t.F32 {
			b = binary.LittleEndian.AppendUint16(b, toHalf(v))
		}
	case BF16:
		for _, v := range t.F32 {
			b = binary.LittleEndian.AppendUint16(b, toBrain(v))
		}
	case I64:
		for _, v := range t.I64 {
			b = binary.LittleEndian.AppendUint64(b, uint64(v))
		}
	case U8:
		b = append(b, t.U8...)
	}
	return b
}

// hashYielding returns the hash of the data, calling yield after every megabyte.
func hashYielding(data []byte, yield func() error) (string, error) {
	h := digest.New()
	for part := range slices.Chunk(data, 1<<20) {
		h.Write(part)
		if err := yield(); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// header returns the canonical header of a spilled file whose data have the
// given hash.
func (f *File) header(hash string) ([]byte, error) {
	meta := map[string]string{}
	maps.Copy(meta, f.Meta)
	meta[hashKey] = hash
	bare, err := f.headerWith(meta)
	if err != nil {
		return nil, err
	}
	meta[headerKey] = digest.Hex(bare)
	return f.headerWith(meta)
}

func (f *File) headerWith(meta map[string]string) ([]byte, error) {
	w := headerWriter{b: []byte("{")}
	w.key(metadataKey)
	w.b = append(w.b, '{')
	for _, key := range slices.Sorted(maps.Keys(meta)) {
		w.key(key)
		w.text(meta[key])
		w.b = append(w.b, ',')
	}
	w.b[len(w.b)-1] = '}'
	at := 0
	for i := range f.Tensors {
		t := &f.Tensors[i]
		size, err := t.bytes()
		if err != nil {
			return nil, err
		}
		w.b = append(w.b, ',')
		w.key(t.Name)
		w.b = append(append(append(w.b, `{"dtype":"`...), t.DType...), `","shape":`...)
		w.numbers(t.Shape...)
		w.b = append(w.b, `,"data_offsets":`...)
		w.numbers(at, at+size)
		w.b = append(w.b, '}')
		at += size
	}
	w.b = append(w.b, '}')
	for len(w.b)%8 != 0 {
		w.b = append(w.b, ' ')
	}
	if w.err == nil && len(w.b) > ownHeader {
		w.err = fmt.Errorf("names and metadata need a header of %d bytes: at most %d can be read again", len(w.b), ownHeader)
	}
	return w.b, w.err
}

// headerWriter collects a header and the first thing that was wrong.
type headerWriter struct {
	b   []byte
	err error
}

func (w *headerWriter) key(s string) {
	w.text(s)
	w.b = append(w.b, ':')
}

// text appends a JSON string. It escapes no more than JSON asks for (and
// U+2028 and U+2029, as encoding/json does).
func (w *headerWriter) text(s string) {
	if !utf8.ValidString(s) {
		w.err = fmt.Errorf("the name or metadata entry %s is not UTF-8", quote(s))
		return
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(s); err != nil {
		w.err = err
		return
	}
	w.b = append(w.b, bytes.TrimSuffix(buf.Bytes(), []byte("\n"))...)
}

func (w *headerWriter) numbers(list ...int) {
	w.b = append(w.b, '[')
	for i, v := range list {
		if i > 0 {
			w.b = append(w.b, ',')
		}
		w.b = strconv.AppendInt(w.b, int64(v), 10)
	}
	w.b = append(w.b, ']')
}
