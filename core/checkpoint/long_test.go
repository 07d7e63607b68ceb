package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"maps"
	"strings"
	"testing"
)

// The state of a run of a thousand epochs does not fit a header, and is kept
// all the same.
func TestLongMetadata(t *testing.T) {
	f := &File{
		Tensors: []Tensor{{Name: "w", DType: F32, Shape: []int{1}, F32: []float32{1}}},
		Meta: map[string]string{
			"model": "model1", "state": strings.Repeat(`{"é":1}`, 50000), "empty": "",
			"just": strings.Repeat("x", longEntry), "not": strings.Repeat("y", longEntry-1),
		},
	}
	b, err := Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	if n := binary.LittleEndian.Uint64(b); n > 20<<10 {
		t.Errorf("a header of %d bytes", n)
	}
	back, err := Decode(b, Own())
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(back.Meta, f.Meta) || len(back.Tensors) != 1 || back.Tensors[0].Name != "w" {
		t.Errorf("%d metadata entries and %d tensors came back", len(back.Meta), len(back.Tensors))
	}
	if again, err := Encode(back); err != nil || !bytes.Equal(again, b) {
		t.Errorf("written again, the file is another one (%v)", err)
	}
	if len(f.Tensors) != 1 || len(f.Meta) != 5 {
		t.Error("Encode changed its argument")
	}
}

func TestLongMetadataAreNotForged(t *testing.T) {
	long := strings.Repeat("x", longEntry)
	tensor := func(name string, at, n int) string {
		return fmt.Sprintf(`"%s":{"dtype":"U8","shape":[%d],"data_offsets":[%d,%d]}`, name, n, at, at+n)
	}
	tests := []struct {
		name, header, data string
	}{
		{"short", `{` + tensor("__metadata__.a", 0, 3) + `}`, "xxx"},
		{"also in the header", `{"__metadata__":{"a":"1"},` + tensor("__metadata__.a", 0, longEntry) + `}`, long},
		{"a hash", `{` + tensor("__metadata__.sha256", 0, longEntry) + `}`, long},
		{"not UTF-8", `{` + tensor("__metadata__.a", 0, longEntry) + `}`, long[1:] + "\xff"},
		{"before a tensor", `{` + tensor("__metadata__.a", 0, longEntry) + `,` + tensor("w", longEntry, 1) + `}`, long + "x"},
		{"out of order", `{` + tensor("__metadata__.b", 0, longEntry) + `,` + tensor("__metadata__.a", longEntry, longEntry) + `}`, long + long},
		{"two dimensions", `{"__metadata__.a":{"dtype":"U8","shape":[1,16384],"data_offsets":[0,16384]}}`, long},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Decode(raw(tt.header, []byte(tt.data)...), any64)
			if f != nil || err == nil || !strings.Contains(err.Error(), "is not metadata as Atelier writes them") {
				t.Errorf("error %v", err)
			}
		})
	}
	good := raw(`{`+tensor("w", 0, 1)+`,`+tensor("__metadata__.a", 1, longEntry)+`}`, []byte("w"+long)...)
	if f, err := Decode(good, any64); err != nil || f.Meta["a"] != long || len(f.Tensors) != 1 {
		t.Errorf("a long entry in a file without other metadata: %v", err)
	}
}
