package checkpoint

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// A header is short, but the history of a thousand epochs is not. So a long
// metadata entry is written as a U8 tensor behind all others, and read back as
// the entry that it is.
const (
	longEntry  = 16 << 10 // bytes of an entry from which it leaves the header
	longPrefix = metadataKey + "."
)

// spill returns the file as it is written: without the hashes, which header
// adds, and with long metadata as tensors, in the order of their keys.
func (f *File) spill() (*File, error) {
	out := &File{Tensors: slices.Clip(f.Tensors), Meta: map[string]string{}}
	for i := range f.Tensors {
		if strings.HasPrefix(f.Tensors[i].Name, longPrefix) {
			return nil, fmt.Errorf("tensor %s has a name that is kept for metadata", quote(f.Tensors[i].Name))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(f.Meta)) {
		text := f.Meta[key]
		switch {
		case key == hashKey || key == headerKey:
		case !utf8.ValidString(text):
			return nil, fmt.Errorf("the metadata entry %s is not UTF-8", quote(key))
		case len(text) >= longEntry:
			out.Tensors = append(out.Tensors, Tensor{Name: longPrefix + key, DType: U8, Shape: []int{len(text)}, U8: []byte(text)})
		default:
			out.Meta[key] = text
		}
	}
	return out, nil
}

// unspill undoes spill, and refuses what spill does not make.
func (f *File) unspill() error {
	first := slices.IndexFunc(f.Tensors, func(t Tensor) bool { return strings.HasPrefix(t.Name, longPrefix) })
	if first < 0 {
		return nil
	}
	long := f.Tensors[first:]
	f.Tensors = f.Tensors[:first:first]
	if f.Meta == nil {
		f.Meta = map[string]string{}
	}
	before := ""
	for i, t := range long {
		key, ok := strings.CutPrefix(t.Name, longPrefix)
		_, twice := f.Meta[key]
		if !ok || twice || t.DType != U8 || len(t.Shape) != 1 || len(t.U8) < longEntry || !utf8.Valid(t.U8) ||
			key == hashKey || key == headerKey || i > 0 && key <= before {
			return fmt.Errorf("tensor %s is not metadata as Atelier writes them", quote(t.Name))
		}
		f.Meta[key] = string(t.U8)
		before = key
	}
	return nil
}
