package fashion

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
)

// idx makes the bytes of an IDX file of n images or labels, all v.
func idxImages(n int, v byte) []byte {
	return append(imageHead(n), bytes.Repeat([]byte{v}, n*Area)...)
}

func idxLabels(labels ...byte) []byte { return append(labelHead(len(labels)), labels...) }

func gz(t testing.TB, b []byte) []byte {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestReadImages(t *testing.T) {
	good := idxImages(3, 7)
	wrong := func(at int, v byte) []byte {
		b := bytes.Clone(good)
		b[at] = v
		return b
	}
	tests := []struct {
		name string
		file []byte
		want string // part of the error; "" for none
	}{
		{"good", good, ""},
		{"labels", idxLabels(1, 2, 3, 4, 5, 6, 7, 8), "not an IDX file of images: it begins with 00000801"},
		{"wrong type", wrong(2, 0x0d), "begins with 00000d03"},
		{"wrong rows", wrong(11, 27), "27 rows by 28 columns"},
		{"wrong columns", wrong(15, 29), "28 rows by 29 columns"},
		{"no images", imageHead(0), "holds 0 images: 1 to 3 can be read"},
		{"too many images", idxImages(4, 0), "holds 4 images: 1 to 3 can be read"},
		{"huge count", append(imageHead(0xffffffff), 1), "holds 4294967295 images"},
		{"one byte short", good[:len(good)-1], "ends after 2351 of the 2352 bytes"},
		{"one byte long", append(bytes.Clone(good), 0), "goes on after the last byte"},
		{"trailing zip", append(bytes.Clone(good), "PK\x05\x06"...), "goes on after the last byte"},
		{"empty", nil, "ends after 0 of the 16 bytes of its header"},
		{"header only", good[:16], "ends after 0 of the 2352 bytes"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadImages(bytes.NewReader(tt.file), 3)
			checkRead(t, "raw", got, err, good[16:], tt.want)
			got, err = ReadImages(bytes.NewReader(gz(t, tt.file)), 3)
			checkRead(t, "gzip", got, err, good[16:], tt.want)
			got, err = ReadImages(iotest.OneByteReader(bytes.NewReader(tt.file)), 3)
			checkRead(t, "one byte at a time", got, err, good[16:], tt.want)
			n, err := CheckImages(tt.file[:min(ImageHeader, len(tt.file))], len(tt.file), 3)
			if tt.want == "" && (err != nil || n != 3) || tt.want != "" && (err == nil || n != 0 || !strings.Contains(err.Error(), tt.want)) {
				t.Errorf("checked: %d images, error %v, want one that says %q", n, err, tt.want)
			}
		})
	}
}

func checkRead(t *testing.T, how string, got []byte, err error, good []byte, want string) {
	t.Helper()
	switch {
	case want == "" && (err != nil || !bytes.Equal(got, good)):
		t.Errorf("%s: error %v or other bytes than those of the file", how, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%s: error %v, want one that says %q", how, err, want)
	case want != "" && got != nil:
		t.Errorf("%s: bytes came back with the error", how)
	}
}

func TestReadLabels(t *testing.T) {
	tests := []struct {
		name string
		file []byte
		want string
	}{
		{"good", idxLabels(0, 9, 5), ""},
		{"label 10", idxLabels(0, 10, 5), "label 1 is 10: labels are 0 to 9"},
		{"images", idxImages(1, 0), "not an IDX file of labels: it begins with 00000803"},
		{"too many", idxLabels(1, 1, 1, 1), "holds 4 labels: 1 to 3 can be read"},
		{"short", idxLabels(0, 9, 5)[:10], "ends after 2 of the 3 bytes"},
		{"long", append(idxLabels(0, 9, 5), 1), "goes on"},
		{"empty", nil, "ends after 0 of the 8 bytes of its header"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := ReadLabels(bytes.NewReader(tt.file), 3)
			checkRead(t, "raw", got, err, []byte{0, 9, 5}, tt.want)
			got, err = ParseLabels(tt.file, 3)
			checkRead(t, "parsed", got, err, []byte{0, 9, 5}, tt.want)
		})
	}
}

// Every beginning of a file is refused, and none of them panics.
func TestTruncationAtEveryByte(t *testing.T) {
	for _, file := range [][]byte{idxImages(2, 9), gz(t, idxImages(2, 9))} {
		for n := range file {
			if _, err := ReadImages(bytes.NewReader(file[:n]), 2); err == nil {
				t.Fatalf("the first %d of %d bytes were read as a whole file", n, len(file))
			}
		}
	}
}

// A gzip file whose bytes are damaged is refused: by its structure, by the IDX
// header, or in the end by its checksum. Flips in gzip's own header may be harmless.
func TestBitFlipsInGzip(t *testing.T) {
	plain := idxImages(1, 3)
	plain[20] = 200
	file := gz(t, plain)
	for at := 10; at < len(file); at++ {
		for bit := range 8 {
			bad := bytes.Clone(file)
			bad[at] ^= 1 << bit
			got, err := ReadImages(bytes.NewReader(bad), 1)
			if err == nil && !bytes.Equal(got, plain[16:]) {
				t.Errorf("byte %d bit %d: other pixels without an error", at, bit)
			}
		}
	}
}

// allocated returns how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// A short file with a large promise, and a gzip bomb, cost no more than a
// small constant and twice what really arrives.
func TestAllocationIsBounded(t *testing.T) {
	const constant = 1 << 20
	bomb := gz(t, append(idxImages(2, 0), make([]byte, 64<<20)...))
	promise := append(imageHead(MaxImages), make([]byte, 1000)...)
	tests := []struct {
		name  string
		file  []byte
		limit int
		bound uint64
	}{
		{"raw promise of 70,000 images", promise, MaxImages, constant},
		{"gzip promise of 70,000 images", gz(t, promise), MaxImages, constant},
		{"gzip bomb of 64 MiB behind 2 images", bomb, 2, constant},
		{"whole file", idxImages(3000, 1), 3000, constant + 2*3000*Area},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := bytes.NewReader(tt.file)
			got := allocated(func() { ReadImages(r, tt.limit) })
			if got > tt.bound {
				t.Errorf("allocated %d bytes, at most %d are needed", got, tt.bound)
			}
		})
	}
}

func TestReadErrorsAreKept(t *testing.T) {
	broken := errors.New("the disk is on fire")
	for n := range 20 {
		r := io.MultiReader(bytes.NewReader(idxImages(1, 0)[:n]), iotest.ErrReader(broken))
		if _, err := ReadImages(r, 1); !errors.Is(err, broken) {
			t.Errorf("after %d bytes: %v does not wrap the reader's error", n, err)
		}
	}
	r := io.MultiReader(bytes.NewReader(idxImages(1, 0)), iotest.ErrReader(broken))
	if _, err := ReadImages(r, 1); !errors.Is(err, broken) {
		t.Errorf("at the end: %v does not wrap the reader's error", err)
	}
}

func FuzzReadImages(f *testing.F) {
	f.Add(idxImages(2, 5))
	f.Add(gz(f, idxImages(2, 5)))
	f.Add(idxLabels(1, 2, 3))
	f.Add([]byte{0x1f, 0x8b, 8, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ReadImages(bytes.NewReader(b), 100)
		if err != nil {
			return
		}
		var again bytes.Buffer
		if err := WriteImages(&again, got); err != nil {
			t.Fatal(err)
		}
		plain, err := Decompress(bytes.NewReader(b))
		if err != nil {
			t.Fatal(err)
		}
		if want, err := io.ReadAll(plain); err != nil || !bytes.Equal(again.Bytes(), want) {
			t.Errorf("a file that was read is written differently (%v)", err)
		}
	})
}

func FuzzReadLabels(f *testing.F) {
	f.Add(idxLabels(1, 2, 3))
	f.Add(gz(f, idxLabels(9, 0)))
	f.Add(idxLabels(10))
	f.Fuzz(func(t *testing.T, b []byte) {
		got, err := ReadLabels(bytes.NewReader(b), 100)
		if err != nil {
			return
		}
		if len(got) == 0 || len(got) > 100 {
			t.Fatalf("%d labels were read", len(got))
		}
		for _, l := range got {
			if l > 9 {
				t.Fatalf("label %d was read", l)
			}
		}
	})
}
