// Package checkpoint reads and writes safetensors files: the length of a JSON
// header (8 bytes, little-endian), the header, and the tensors' data
// (https://github.com/huggingface/safetensors). Nothing in such a file is code.
//
// A bad file never panics and never half-loads, and reading costs memory in
// proportion to the file's own length, whatever its header says.
//
// What Encode writes is canonical: one way to write a File. Its metadata hold
// the SHA-256 of the data under "sha256", which Decode compares wherever it
// finds one, and that of the header itself (as it is without this entry) under
// "sha256_header": read with the limits of Own, no flipped bit goes unnoticed.
package checkpoint

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strings"

	"atelier/core/digest"
)

// The element types that are read and written.
const (
	F32  = "F32"
	F16  = "F16"  // IEEE 754 half precision
	BF16 = "BF16" // the upper half of an F32
	I64  = "I64"
	U8   = "U8"
)

// Tensor is a named array in row-major order. One of F32, I64 and U8 holds its
// elements: F32 those of the types F32, F16 and BF16, which are widened when
// read and rounded to nearest even when written.
type Tensor struct {
	Name  string
	DType string
	Shape []int // empty for a single number
	F32   []float32
	I64   []int64
	U8    []byte
}

// File is the content of a safetensors file: its tensors in the order of
// their data, and its metadata without the two hashes.
type File struct {
	Tensors []Tensor
	Meta    map[string]string
}

// Lookup returns the tensor of that name, or nil.
func (f *File) Lookup(name string) *Tensor {
	for i := range f.Tensors {
		if f.Tensors[i].Name == name {
			return &f.Tensors[i]
		}
	}
	return nil
}

// Limits are what Decode accepts.
type Limits struct {
	Header int // bytes of the JSON header
	File   int // bytes of the whole file
	// Finite refuses NaN and infinities in F32, F16 and BF16 tensors.
	Finite bool
	// Canonical refuses what Encode would have written differently, so also
	// a file without its hashes.
	Canonical bool
}

const (
	ownHeader = 64 << 10
	fileLimit = 64 << 20
)

// Own are the limits for the project's own checkpoints.
func Own() Limits {
	return Limits{Header: ownHeader, File: fileLimit, Finite: true, Canonical: true}
}

// Foreign are the limits for weights that other programs wrote: any order of
// tensors, any metadata.
func Foreign() Limits {
	return Limits{Header: 256 << 10, File: fileLimit, Finite: true}
}

const (
	metadataKey = "__metadata__"
	hashKey     = "sha256"
	headerKey   = "sha256_header"
	maxRank     = 8 // dimensions of a tensor
)

// elementSize returns the bytes of one element, or 0 for a type that is not read.
func elementSize(dtype string) int {
	switch dtype {
	case F32:
		return 4
	case F16, BF16:
		return 2
	case I64:
		return 8
	case U8:
		return 1
	}
	return 0
}

// WeightsSHA256 returns the hash by which weights are known everywhere: the
// hex SHA-256 of all tensors' data, ordered by name bytewise, little-endian,
// floats as float32 whatever their type in a file.
func WeightsSHA256(tensors []Tensor) string {
	order := make([]*Tensor, len(tensors))
	for i := range tensors {
		order[i] = &tensors[i]
	}
	slices.SortStableFunc(order, func(a, b *Tensor) int { return strings.Compare(a.Name, b.Name) })
	h := digest.New()
	var buf []byte
	for _, t := range order {
		wide := *t
		if t.F32 != nil {
			wide.DType = F32
		}
		buf = appendData(buf[:0], &wide)
		h.Write(buf)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// quote shows a name in a message, shortened: names come from files.
func quote(name string) string {
	const most = 60
	if len(name) > most {
		return fmt.Sprintf("%q...", name[:most])
	}
	return fmt.Sprintf("%q", name)
}
