package checkpoint

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math"
	"strings"
	"testing"
)

// raw puts the length word in front of a literal header, and data behind it.
func raw(header string, data ...byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(header)))
	return append(append(b, header...), data...)
}

var any64 = Limits{Header: 64 << 10, File: 64 << 20}

// One test per sentence, with the literal bytes. Attacks that other readers of
// the format have met are among them.
func TestDecodeRefuses(t *testing.T) {
	length := func(n uint64, rest string) []byte { return append(binary.LittleEndian.AppendUint64(nil, n), rest...) }
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"empty file", nil, "the file has 0 bytes: a safetensors file begins with 8 bytes"},
		{"seven bytes", []byte("\x02\x00\x00\x00\x00\x00\x00"), "the file has 7 bytes"},
		{"huge length word", length(1<<63, "{}"), "says its header has 9223372036854775808 bytes: at most 65536"},
		{"all bits of the length word", length(1<<64-1, "{}"), "at most 65536 can be read"},
		{"header one too long", length(65537, strings.Repeat(" ", 65537)), "says its header has 65537 bytes"},
		{"header beyond the file", length(3, "{}"), "says its header has 3 bytes, but ends after 2"},
		{"a PyTorch zip", []byte("PK\x03\x04\x00\x00\x08\x08\x00\x00archive/data.pkl"), "is it a safetensors file?"},
		{"no header", raw(""), "does not begin with {"},
		{"leading space", raw(` {}`), "does not begin with {"},
		{"byte order mark", raw("\xef\xbb\xbf{}"), "does not begin with {"},
		{"array", raw(`[]`), "does not begin with {"},
		{"not closed", raw(`{"a":`), "not one JSON object"},
		{"newline padding", raw("{}\n"), "not one JSON object"},
		{"two objects", raw(`{}{}`), "not one JSON object"},
		{"zero padding", raw("{}\x00"), "not one JSON object"},
		{"not UTF-8", raw("{\"\xff\":1}"), "not one JSON object in UTF-8"},
		{"deep JSON", raw(`{"a":` + strings.Repeat("[", 20000) + strings.Repeat("]", 20000) + `}`), "not one JSON object"},
		{"tensor is a number", raw(`{"a":1}`), `tensor "a" is not a JSON object`},
		{"tensor is an array", raw(`{"a":[[[[]]]]}`), `tensor "a" is not a JSON object`},
		{"missing dtype", raw(`{"a":{"shape":[],"data_offsets":[0,0]}}`), `tensor "a" lacks one of`},
		{"missing shape", raw(`{"a":{"dtype":"U8","data_offsets":[0,0]}}`), `tensor "a" lacks one of`},
		{"missing offsets", raw(`{"a":{"dtype":"U8","shape":[0]}}`), `tensor "a" lacks one of`},
		{"upper-case field", raw(`{"a":{"dtype":"U8","SHAPE":[0],"data_offsets":[0,0]}}`), `unknown field "SHAPE"`},
		{"unknown field", raw(`{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0],"code":"rm"}}`), `unknown field "code"`},
		{"repeated field", raw(`{"a":{"dtype":"U8","shape":[0],"shape":[1],"data_offsets":[0,0]}}`), `tensor "a" has two entries named "shape"`},
		{"unknown type", raw(`{"a":{"dtype":"F64","shape":[1],"data_offsets":[0,8]}}`, make([]byte, 8)...), `type "F64": F32, F16, BF16, I64 and U8 can be read`},
		{"lower-case type", raw(`{"a":{"dtype":"f32","shape":[0],"data_offsets":[0,0]}}`), `type "f32"`},
		{"type is a number", raw(`{"a":{"dtype":32,"shape":[0],"data_offsets":[0,0]}}`), `the dtype of tensor "a" is not a string`},
		{"shape is a string", raw(`{"a":{"dtype":"U8","shape":"1","data_offsets":[0,0]}}`), `the shape of tensor "a" is not an array`},
		{"shape of strings", raw(`{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,1]}}`, 1), `the shape of tensor "a" holds something that is not a number`},
		{"nested shape", raw(`{"a":{"dtype":"U8","shape":[[1]],"data_offsets":[0,1]}}`, 1), `not a number`},
		{"negative dimension", raw(`{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,1]}}`, 1), `holds "-1", which is not a whole number`},
		{"fraction", raw(`{"a":{"dtype":"U8","shape":[1.0],"data_offsets":[0,1]}}`, 1), `holds "1.0"`},
		{"exponent", raw(`{"a":{"dtype":"U8","shape":[1e0],"data_offsets":[0,1]}}`, 1), `holds "1e0"`},
		{"dimension of 2^63", raw(`{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,1]}}`, 1), `holds "9223372036854775808"`},
		{"shape of 2^124", raw(`{"a":{"dtype":"U8","shape":[4611686018427387904,4611686018427387904],"data_offsets":[0,0]}}`), "shape whose size overflows"},
		{"shape wraps round to 0", raw(`{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}`), "shape whose size overflows"},
		{"nine dimensions", raw(`{"a":{"dtype":"U8","shape":[1,1,1,1,1,1,1,1,1],"data_offsets":[0,1]}}`, 1), `the shape of tensor "a" has more than 8 numbers`},
		{"one offset", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0]}}`, 1), "has 1 data_offsets, not 2"},
		{"three offsets", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,2]}}`, 1), "has 3 data_offsets, not 2"},
		{"negative offset", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[-1,0]}}`, 1), `holds "-1"`},
		{"end before begin", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,0]}}`, 1), "ends at byte 0, before its begin at 1"},
		{"shape larger than data", raw(`{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, 0, 0, 0, 0), "has 4 bytes of data: its shape and type need 8"},
		{"shape smaller than data", raw(`{"a":{"dtype":"F32","shape":[],"data_offsets":[0,8]}}`, make([]byte, 8)...), "has 8 bytes of data: its shape and type need 4"},
		{"data cut", raw(`{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}`, 1, 2, 3), "ends at byte 4 of the data, which has 3: the file is cut short"},
		{"hole at the start", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 1, 2), "bytes 0 to 1 of the data belong to no tensor"},
		{"hole between", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"b":{"dtype":"U8","shape":[1],"data_offsets":[2,3]}}`, 1, 2, 3), "bytes 1 to 2 of the data belong to no tensor"},
		{"overlap", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}`, 1, 2, 3), `tensor "b" begins at byte 1 of the data, inside another tensor`},
		{"the same bytes twice", raw(`{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}`, 1, 2), "inside another tensor"},
		{"trailing zip", raw(`{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, []byte("\x01PK\x05\x06")...), "4 bytes follow the last tensor"},
		{"data without tensors", raw(`{}`, 1), "1 bytes follow the last tensor"},
		{"duplicate tensor", raw(`{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"w":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 1, 2), `the header has two entries named "w"`},
		{"duplicate by escape", raw(`{"w":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\u0077":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}`, 1, 2), `two entries named "w"`},
		{"duplicate metadata", raw(`{"__metadata__":{},"__metadata__":{}}`), `two entries named "__metadata__"`},
		{"duplicate metadata entry", raw(`{"__metadata__":{"a":"1","a":"2"}}`), `the metadata has two entries named "a"`},
		{"metadata is a string", raw(`{"__metadata__":"pt"}`), "the metadata is not a JSON object"},
		{"metadata of numbers", raw(`{"__metadata__":{"epoch":1}}`), `the metadata entry "epoch" is not a string`},
		{"metadata null", raw(`{"__metadata__":null}`), "the metadata is not a JSON object"},
		{"nested metadata", raw(`{"__metadata__":{"a":{"b":"c"}}}`), "is not a string"},
		{"wrong hash", raw(`{"__metadata__":{"sha256":"`+strings.Repeat("00", 32)+`"},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}`, 7), "the data are damaged: their SHA-256 is"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Decode(tt.file, any64)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("error %v, want one that says %q", err, tt.want)
			}
			if f != nil {
				t.Error("half a file came back with the error")
			}
			if len(err.Error()) > 400 {
				t.Errorf("a message of %d bytes", len(err.Error()))
			}
		})
	}
	if _, err := Decode(make([]byte, 64<<20+1), Own()); err == nil || !strings.Contains(err.Error(), "at most 67108864 can be read") {
		t.Errorf("64 MiB + 1: error %v", err)
	}
	long := raw(`{"` + strings.Repeat("n", 60000) + `":1}`)
	if _, err := Decode(long, any64); err == nil || len(err.Error()) > 200 {
		t.Error("a name of 60,000 bytes fills the message, or was accepted")
	}
}

func TestNotFinite(t *testing.T) {
	tests := []struct {
		name, dtype string
		data        []byte
		bad         bool
	}{
		{"F32 NaN", F32, []byte{0, 0, 0xc0, 0x7f}, true},
		{"F32 infinity", F32, []byte{0, 0, 0x80, 0xff}, true},
		{"F32 largest", F32, []byte{0xff, 0xff, 0x7f, 0x7f}, false},
		{"F16 NaN", F16, []byte{1, 0x7c}, true},
		{"F16 infinity", F16, []byte{0, 0x7c}, true},
		{"F16 largest", F16, []byte{0xff, 0x7b}, false},
		{"BF16 NaN", BF16, []byte{0xc0, 0x7f}, true},
		{"BF16 infinity", BF16, []byte{0x80, 0x7f}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			file := raw(fmt.Sprintf(`{"w":{"dtype":"%s","shape":[1],"data_offsets":[0,%d]}}`, tt.dtype, len(tt.data)), tt.data...)
			if _, err := Decode(file, any64); err != nil {
				t.Errorf("without the option: %v", err)
			}
			_, err := Decode(file, Foreign())
			if tt.bad && (err == nil || !strings.Contains(err.Error(), `element 0 of tensor "w" is`)) {
				t.Errorf("error %v", err)
			}
			if !tt.bad && err != nil {
				t.Error(err)
			}
		})
	}
}

// What torch and safetensors write is read: tensors in any order, metadata
// anywhere and with any text, padding, scalars, empty tensors, all five types.
func TestDecodeForeign(t *testing.T) {
	file := raw(`{"b":{"data_offsets":[4,12],"shape":[],"dtype":"I64"},"a":{"dtype":"F16","shape":[2,1],"data_offsets":[0,4]},`+
		`"__metadata__":{"format":"pt","note":"caf\u00e9 \"x\"\n","sha256":"of something else"},`+
		`"none":{"dtype":"F32","shape":[0,3],"data_offsets":[12,12]},"c":{"dtype":"BF16","shape":[1],"data_offsets":[12,14]},`+
		`"d":{"dtype":"U8","shape":[3],"data_offsets":[14,17]},"e":{"dtype":"F32","shape":[1],"data_offsets":[17,21]}}   `,
		0x00, 0x3c, 0x00, 0xc0, // 1, -2
		0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, // -2
		0x40, 0x40, // 3
		1, 2, 255,
		0, 0, 0x20, 0x41, // 10
	)
	f, err := Decode(file, Foreign())
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for _, x := range f.Tensors {
		fmt.Fprintln(&got, x.Name, x.DType, x.Shape, x.F32, x.I64, x.U8)
	}
	const want = `a F16 [2 1] [1 -2] [] []
b I64 [] [] [-2] []
none F32 [0 3] [] [] []
c BF16 [1] [3] [] []
d U8 [3] [] [] [1 2 255]
e F32 [1] [10] [] []
`
	if got.String() != want {
		t.Errorf("read\n%swant\n%s", &got, want)
	}
	if f.Meta["format"] != "pt" || f.Meta["note"] != "café \"x\"\n" {
		t.Errorf("metadata %q", f.Meta)
	}
	if f.Lookup("c") == nil || f.Lookup("c").F32[0] != 3 || f.Lookup("z") != nil {
		t.Error("Lookup finds the wrong tensor")
	}
	if _, err := Decode(file, Own()); err == nil || !strings.Contains(err.Error(), "was not written by Atelier") {
		t.Errorf("as our own: error %v", err)
	}
}

// sample is a small file of all types, as we write it.
func sample(t testing.TB) ([]byte, *File) {
	t.Helper()
	f := &File{
		Meta: map[string]string{"step": "17", "model": "model2"},
		Tensors: []Tensor{
			{Name: "w", DType: F32, Shape: []int{2, 3}, F32: []float32{1, -2, 3.5, 0, 1e-40, math.MaxFloat32}},
			{Name: "n", DType: I64, Shape: nil, I64: []int64{-1}},
			{Name: "h", DType: F16, Shape: []int{2}, F32: []float32{0.5, 65504}},
			{Name: "b", DType: BF16, Shape: []int{1}, F32: []float32{1.5}},
			{Name: "log", DType: U8, Shape: []int{3}, U8: []byte("abc")},
		},
	}
	b, err := Encode(f)
	if err != nil {
		t.Fatal(err)
	}
	return b, f
}

func TestTruncationAtEveryByte(t *testing.T) {
	b, _ := sample(t)
	for _, limits := range []Limits{any64, Foreign(), Own()} {
		for n := range b {
			if f, err := Decode(b[:n], limits); err == nil || f != nil {
				t.Fatalf("the first %d of %d bytes were read as a file", n, len(b))
			}
		}
	}
}

// Any flipped bit in a file of ours is noticed.
func TestEveryBitFlipIsNoticed(t *testing.T) {
	b, _ := sample(t)
	for at := range b {
		for bit := range 8 {
			bad := bytes.Clone(b)
			bad[at] ^= 1 << bit
			if _, err := Decode(bad, Own()); err == nil {
				t.Errorf("byte %d bit %d: a damaged file was read", at, bit)
			}
			// Read as foreign, a flip may rename a tensor, but never panics and
			// never changes what stays under a verified hash.
			f, err := Decode(bad, any64)
			if err == nil && f.Tensors[0].F32 != nil && f.Tensors[0].F32[1] != -2 {
				t.Errorf("byte %d bit %d: other data were read without an error", at, bit)
			}
		}
	}
}
