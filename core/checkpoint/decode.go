package checkpoint

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"

	"atelier/core/digest"
)

// Decode reads a safetensors file. The result shares no memory with b.
//
// Refused are: a file or header beyond the limits, a header that is not one
// JSON object from its first byte to the padding, two entries of one name, an
// unknown field or type, data that overlap, leave holes or end before or after
// the file does, data whose hash differs from the metadata's "sha256", and
// what limits asks for besides.
func Decode(b []byte, limits Limits) (*File, error) {
	if len(b) > limits.File {
		return nil, fmt.Errorf("the file has %d bytes: at most %d can be read", len(b), limits.File)
	}
	if len(b) < 8 {
		return nil, fmt.Errorf("the file has %d bytes: a safetensors file begins with 8 bytes that give the length of its header", len(b))
	}
	size := binary.LittleEndian.Uint64(b)
	if size > uint64(limits.Header) {
		return nil, fmt.Errorf("the file says its header has %d bytes: at most %d can be read (is it a safetensors file?)", size, limits.Header)
	}
	if size > uint64(len(b)-8) {
		return nil, fmt.Errorf("the file says its header has %d bytes, but ends after %d", size, len(b)-8)
	}
	header, data := b[8:8+size], b[8+size:]
	entries, meta, err := parseHeader(header)
	if err != nil {
		return nil, err
	}
	if err := checkLayout(entries, len(data)); err != nil {
		return nil, err
	}
	hash, err := checkHash(meta, data)
	if err != nil {
		return nil, err
	}
	delete(meta, hashKey)
	delete(meta, headerKey)
	f := &File{Meta: meta, Tensors: make([]Tensor, len(entries))}
	for i, e := range entries {
		f.Tensors[i] = e.decode(data[e.begin:e.end])
		if limits.Finite {
			if err := f.Tensors[i].checkFinite(); err != nil {
				return nil, err
			}
		}
	}
	if limits.Canonical {
		if want, err := f.header(hash); err != nil || hash == "" || !bytes.Equal(want, header) {
			return nil, fmt.Errorf("the header is damaged, or was not written by Atelier")
		}
	}
	if err := f.unspill(); err != nil {
		return nil, err
	}
	return f, nil
}

// checkLayout sorts the entries by their data, which must follow each other
// from the first byte to the last.
func checkLayout(entries []entry, length int) error {
	slices.SortStableFunc(entries, func(a, b entry) int {
		return cmp.Or(cmp.Compare(a.begin, b.begin), cmp.Compare(a.end, b.end))
	})
	at := 0
	for _, e := range entries {
		switch {
		case e.end > length:
			return fmt.Errorf("tensor %s ends at byte %d of the data, which has %d: the file is cut short", quote(e.name), e.end, length)
		case e.begin < at:
			return fmt.Errorf("tensor %s begins at byte %d of the data, inside another tensor", quote(e.name), e.begin)
		case e.begin > at:
			return fmt.Errorf("bytes %d to %d of the data belong to no tensor", at, e.begin)
		}
		at = e.end
	}
	if at < length {
		return fmt.Errorf("%d bytes follow the last tensor", length-at)
	}
	return nil
}

// checkHash compares the data with the metadata's hash where there is one, and
// returns it. An entry of that name which is no SHA-256 means something else:
// then it returns "".
func checkHash(meta map[string]string, data []byte) (string, error) {
	want, err := hex.DecodeString(meta[hashKey])
	if err != nil || len(want) != digest.Size {
		return "", nil
	}
	got := digest.Sum(data)
	if !bytes.Equal(got[:], want) {
		return "", fmt.Errorf("the data are damaged: their SHA-256 is %x, the metadata say %x", got, want)
	}
	return hex.EncodeToString(got[:]), nil
}

func (e entry) decode(data []byte) Tensor {
	t := Tensor{Name: e.name, DType: e.dtype, Shape: e.shape}
	switch e.dtype {
	case F32:
		t.F32 = make([]float32, len(data)/4)
		for i := range t.F32 {
			// Hot, as in encode: the compiler's own.
			t.F32[i] = math.Float32frombits(binary.LittleEndian.Uint32(data[4*i:]))
		}
	case F16:
		t.F32 = make([]float32, len(data)/2)
		for i := range t.F32 {
			t.F32[i] = fromHalf(binary.LittleEndian.Uint16(data[2*i:]))
		}
	case BF16:
		t.F32 = make([]float32, len(data)/2)
		for i := range t.F32 {
			t.F32[i] = math.Float32frombits(uint32(binary.LittleEndian.Uint16(data[2*i:])) << 16)
		}
	case I64:
		t.I64 = make([]int64, len(data)/8)
		for i := range t.I64 {
			t.I64[i] = int64(binary.LittleEndian.Uint64(data[8*i:]))
		}
	case U8:
		t.U8 = slices.Clone(data)
	}
	return t
}

func (t *Tensor) checkFinite() error {
	for i, v := range t.F32 {
		if v-v != 0 { // NaN and the infinities
			return fmt.Errorf("element %d of tensor %s is %v: weights must be finite", i, quote(t.Name), v)
		}
	}
	return nil
}
