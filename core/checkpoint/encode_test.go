package checkpoint

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"testing"

	"atelier/scripts/reference"
)

// The canonical form, byte for byte.
func TestEncodeIsCanonical(t *testing.T) {
	b, err := Encode(&File{
		Meta: map[string]string{"z": "last <&>", "a": "first"},
		Tensors: []Tensor{
			{Name: "w", DType: F32, Shape: []int{1, 2}, F32: []float32{1, -2}},
			{Name: "n", DType: I64, I64: []int64{5}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	data := []byte{0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0, 5, 0, 0, 0, 0, 0, 0, 0}
	hash := func(b []byte) string {
		sum := sha256.Sum256(b)
		return hex.EncodeToString(sum[:])
	}
	pad := func(s string) string { return s + strings.Repeat(" ", (8-len(s)%8)%8) }
	begin := `{"__metadata__":{"a":"first","sha256":"` + hash(data) + `",`
	end := `"z":"last <&>"},` +
		`"w":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]},"n":{"dtype":"I64","shape":[],"data_offsets":[8,16]}}`
	header := pad(begin + `"sha256_header":"` + hash([]byte(pad(begin+end))) + `",` + end)
	if want := raw(header, data...); !bytes.Equal(b, want) {
		t.Errorf("wrote\n%q\nwant\n%q", b, want)
	}
	if n := binary.LittleEndian.Uint64(b); n%8 != 0 {
		t.Errorf("a header of %d bytes is not padded to 8", n)
	}
}

func TestRoundTrip(t *testing.T) {
	b, f := sample(t)
	back, err := Decode(b, Own())
	if err != nil {
		t.Fatal(err)
	}
	if !maps.Equal(back.Meta, f.Meta) {
		t.Errorf("metadata %q, want %q", back.Meta, f.Meta)
	}
	for i := range f.Tensors {
		want := f.Tensors[i]
		if want.Shape == nil {
			want.Shape = []int{}
		}
		if !reflect.DeepEqual(back.Tensors[i], want) {
			t.Errorf("read %v, want %v", back.Tensors[i], want)
		}
	}
	again, err := Encode(back)
	if err != nil || !bytes.Equal(again, b) {
		t.Errorf("written again, the file is another one (%v)", err)
	}
}

func TestEncodeRefuses(t *testing.T) {
	one := Tensor{Name: "a", DType: U8, Shape: []int{1}, U8: []byte{1}}
	tests := []struct {
		name string
		file File
		want string
	}{
		{"two of one name", File{Tensors: []Tensor{one, one}}, `are named "a"`},
		{"the metadata's name", File{Tensors: []Tensor{{Name: "__metadata__", DType: U8, Shape: []int{0}}}}, `are named "__metadata__"`},
		{"unknown type", File{Tensors: []Tensor{{Name: "a", DType: "F64"}}}, `type "F64"`},
		{"too few elements", File{Tensors: []Tensor{{Name: "a", DType: F32, Shape: []int{2}, F32: make([]float32, 1)}}}, "has 1 elements: its shape [2]"},
		{"data of another type", File{Tensors: []Tensor{{Name: "a", DType: I64, Shape: []int{1}, F32: make([]float32, 1)}}}, "has 0 elements"},
		{"negative dimension", File{Tensors: []Tensor{{Name: "a", DType: U8, Shape: []int{-1, -1}, U8: []byte{1}}}}, "dimension of -1"},
		{"nine dimensions", File{Tensors: []Tensor{{Name: "a", DType: U8, Shape: make([]int, 9)}}}, "has 9 dimensions, more than 8"},
		{"overflow", File{Tensors: []Tensor{{Name: "a", DType: U8, Shape: []int{1 << 62, 4}}}}, "needs another number"},
		{"name is not UTF-8", File{Tensors: []Tensor{{Name: "\xff", DType: U8, Shape: []int{0}}}}, "is not UTF-8"},
		{"metadata are not UTF-8", File{Meta: map[string]string{"a": "\xff"}}, "is not UTF-8"},
		{"a long key", File{Meta: map[string]string{strings.Repeat("x", 65536): "a"}}, "at most 65536 can be read again"},
		{"a name kept for metadata", File{Tensors: []Tensor{{Name: "__metadata__.a", DType: U8, Shape: []int{0}}}}, "has a name that is kept for metadata"},
		{"long metadata are not UTF-8", File{Meta: map[string]string{"a": strings.Repeat("\xff", 20000)}}, "is not UTF-8"},
		{"64 MiB and more", File{Tensors: []Tensor{{Name: "a", DType: U8, Shape: []int{64<<20 + 1}, U8: make([]byte, 64<<20+1)}}}, "more than the 67108864 bytes"},
		{"64 MiB with its header", File{Tensors: []Tensor{{Name: "a", DType: U8, Shape: []int{64 << 20}, U8: make([]byte, 64<<20)}}}, "more than the 67108864 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if b, err := Encode(&tt.file); b != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error %v, want one that says %q", err, tt.want)
			}
		})
	}
}

// Every fixture that PyTorch wrote is read, and written again with the same data bytes.
func TestFixturesKeepTheirData(t *testing.T) {
	dir := filepath.Join(reference.Dir(t), "parity")
	files, err := filepath.Glob(filepath.Join(dir, "*.safetensors"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no fixtures in %s (%v)", dir, err)
	}
	for _, name := range files {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Decode(b, Foreign())
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		again, err := Encode(f)
		if err != nil {
			t.Errorf("%s: %v", filepath.Base(name), err)
			continue
		}
		if !bytes.Equal(dataOf(again), dataOf(b)) {
			t.Errorf("%s: the data bytes changed", filepath.Base(name))
		}
		if _, err := Decode(again, Own()); err != nil {
			t.Errorf("%s written by us: %v", filepath.Base(name), err)
		}
	}
}

func dataOf(file []byte) []byte { return file[8+binary.LittleEndian.Uint64(file):] }

func TestFinishYields(t *testing.T) {
	f := &File{Tensors: []Tensor{
		{Name: "a", DType: F32, Shape: []int{3 << 18}, F32: make([]float32, 3<<18)},
		{Name: "b", DType: U8, Shape: []int{3}, U8: []byte{1, 2, 3}},
	}}
	want, err := Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	calls := 0
	finish := func(yield func() error) ([]byte, error) {
		d, err := Begin(f)
		if err != nil {
			t.Fatal(err)
		}
		// The draft has its own copy.
		f.Tensors[0].F32[0]++
		defer func() { f.Tensors[0].F32[0]-- }()
		return d.Finish(yield)
	}
	got, err := finish(func() error { calls++; return nil })
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("%d bytes (%v), not the %d of Encode", len(got), err, len(want))
	}
	if calls != 4 { // three megabytes and three bytes
		t.Errorf("yielded %d times", calls)
	}
	enough := errors.New("enough")
	for n := range calls {
		left := n
		_, err := finish(func() error {
			if left--; left < 0 {
				return enough
			}
			return nil
		})
		if !errors.Is(err, enough) {
			t.Errorf("yield failed at call %d: got %v", n, err)
		}
	}
}

func TestEncodeHalf(t *testing.T) {
	f := &File{Tensors: []Tensor{
		{Name: "w", DType: F32, Shape: []int{1, 3}, F32: []float32{1.0 / 3, -65504, 1e-9}},
		{Name: "bias", DType: F32, Shape: []int{1}, F32: []float32{1.0 / 3}},
		{Name: "n", DType: I64, I64: []int64{3}},
	}}
	b, err := EncodeHalf(f)
	if err != nil {
		t.Fatal(err)
	}
	back, err := Decode(b, Own())
	if err != nil {
		t.Fatal(err)
	}
	w, bias := back.Lookup("w"), back.Lookup("bias")
	if w.DType != F16 || w.F32[0] != 0.33325195 || w.F32[1] != -65504 || w.F32[2] != 0 {
		t.Errorf("w was read as %v", w)
	}
	if bias.DType != F32 || bias.F32[0] != 1.0/3 {
		t.Errorf("bias was read as %v", bias)
	}
	if f.Tensors[0].DType != F32 {
		t.Error("EncodeHalf changed its argument")
	}
	f.Tensors[0].F32[1] = 65520
	if _, err := EncodeHalf(f); err == nil || !strings.Contains(err.Error(), `element 1 of tensor "w" is 65520, too large for F16`) {
		t.Errorf("65520: error %v", err)
	}
}

// The hash is over the data alone, in the order of the names' bytes, floats as float32.
func TestWeightsSHA256(t *testing.T) {
	a := Tensor{Name: "b.weight", DType: F32, Shape: []int{1}, F32: []float32{1}}
	b := Tensor{Name: "a.count", DType: I64, I64: []int64{2}}
	c := Tensor{Name: "B", DType: U8, Shape: []int{1}, U8: []byte{7}}
	want := sha256.Sum256([]byte{7, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x3f})
	tensors := []Tensor{a, b, c}
	if got := WeightsSHA256(tensors); got != hex.EncodeToString(want[:]) {
		t.Errorf("hash %s, want %x", got, want)
	}
	if tensors[0].Name != "b.weight" {
		t.Error("the tensors were sorted in place")
	}
	tensors[0].DType = F16
	if got := WeightsSHA256(tensors); got != hex.EncodeToString(want[:]) {
		t.Error("the same weights stored as F16 have another hash")
	}
}

// Decode allocates at most a constant, which is what the longest header can
// cost, and twice the file, whatever the file says.
func TestAllocationIsBounded(t *testing.T) {
	const constant = 4 << 20
	var many strings.Builder
	for i := range 900 {
		many.WriteString(`,"` + string(rune('A'+i%26)) + strings.Repeat("x", i/26) + `":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}`)
	}
	half := &File{Tensors: []Tensor{{Name: "w", DType: F16, Shape: []int{1 << 20}, F32: make([]float32, 1<<20)}}}
	halfFile, err := Encode(half)
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name string
		file []byte
	}{
		{"promise of 2^40 bytes", raw(`{"a":{"dtype":"U8","shape":[1099511627776],"data_offsets":[0,1099511627776]}}`)},
		{"huge header promise", append(binary.LittleEndian.AppendUint64(nil, 1<<40), '{')},
		{"many empty tensors", raw("{" + many.String()[1:] + "}")},
		{"many dimensions", raw(`{"a":{"dtype":"U8","shape":[` + strings.Repeat("1,", 30000) + `0],"data_offsets":[0,0]}}`)},
		{"many metadata", raw(`{"__metadata__":{"a":"` + strings.Repeat(`\n`, 30000) + `"}}`)},
		{"deep JSON", raw(`{"a":` + strings.Repeat("[", 9000) + strings.Repeat("]", 9000) + `}`)},
		{"two million bytes of F16", halfFile},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			Decode(tt.file, Own())
			runtime.ReadMemStats(&after)
			if got, most := after.TotalAlloc-before.TotalAlloc, uint64(constant+2*len(tt.file)); got > most {
				t.Errorf("allocated %d bytes for a file of %d, at most %d are allowed", got, len(tt.file), most)
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	own, _ := sample(f)
	f.Add(own)
	f.Add(raw(`{}`))
	f.Add(raw(`{"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}} `, 1, 2))
	f.Add(raw(`{"a":{"dtype":"F16","shape":[1],"data_offsets":[0,2]},"__metadata__":{"k":"\u2028"}}`, 1, 0x7c))
	f.Fuzz(func(t *testing.T, b []byte) {
		file, err := Decode(b, any64)
		if err != nil {
			return
		}
		first, err := Encode(file)
		if err != nil {
			if !strings.Contains(err.Error(), "a header of") { // ours can be longer, by the hash
				t.Fatalf("a file that was read cannot be written: %v", err)
			}
			return
		}
		if !bytes.Equal(dataOf(first), dataOf(b)) {
			t.Fatal("the data bytes changed")
		}
		strict := Own()
		strict.Finite = false
		again, err := Decode(first, strict)
		if err != nil {
			t.Fatalf("what was written cannot be read: %v", err)
		}
		second, err := Encode(again)
		if err != nil || !bytes.Equal(first, second) {
			t.Fatalf("written twice, the file is another one (%v)", err)
		}
		// The canonical form is unique.
		if _, err := Decode(b, strict); err == nil && !bytes.Equal(first, b) {
			t.Fatal("accepted as canonical, but written differently")
		}
	})
}
