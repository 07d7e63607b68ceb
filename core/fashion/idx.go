package fashion

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
)

// IDX is the format of the MNIST files: a big-endian magic number (0, 0, type
// 8 for bytes, number of dimensions), the dimensions, and the bytes
// (http://yann.lecun.com/exdb/mnist, "the IDX file format").
const (
	imageMagic  = 0x00000803
	labelMagic  = 0x00000801
	ImageHeader = 16 // bytes: magic, count, rows, columns
	labelHeader = 8  // magic, count

	// readChunk bounds what is allocated before the bytes have arrived.
	readChunk = 256 << 10
)

// ReadImages reads an IDX file of 28x28 images, raw or gzip, and returns its
// pixels, N*784. The file must hold 1 to limit images and end exactly after
// the last one. What is allocated is bounded by the bytes that really arrive
// and by limit, whatever the header says.
func ReadImages(r io.Reader, limit int) ([]byte, error) {
	return readIDX(r, ImageHeader, func(h []byte) (int, error) { return imageBytes(h, limit) })
}

// ReadLabels reads an IDX file of labels, raw or gzip, and returns them, N
// bytes of 0..9. Its limits are those of ReadImages.
func ReadLabels(r io.Reader, limit int) ([]byte, error) {
	labels, err := readIDX(r, labelHeader, func(h []byte) (int, error) { return labelBytes(h, limit) })
	if err != nil {
		return nil, err
	}
	return checkLabels(labels)
}

// CheckImages is ReadImages for a decompressed file whose pixels stay where
// they are: it checks the file's first ImageHeader bytes against its size and
// returns the number of images.
func CheckImages(header []byte, size, limit int) (int, error) {
	if size < ImageHeader || len(header) < ImageHeader {
		return 0, headTooShort(min(size, len(header)), ImageHeader)
	}
	want, err := imageBytes(header, limit)
	if err != nil {
		return 0, err
	}
	if err := checkSize(size-ImageHeader, want); err != nil {
		return 0, err
	}
	return want / Area, nil
}

// ParseLabels is ReadLabels for the decompressed bytes of a file: it returns
// the part of b that holds the labels, not a copy.
func ParseLabels(b []byte, limit int) ([]byte, error) {
	labels, err := parseIDX(b, labelHeader, func(h []byte) (int, error) { return labelBytes(h, limit) })
	if err != nil {
		return nil, err
	}
	return checkLabels(labels)
}

// imageBytes checks the header of an image file and returns how many bytes of
// pixels must follow it.
func imageBytes(h []byte, limit int) (int, error) {
	if m := binary.BigEndian.Uint32(h); m != imageMagic {
		return 0, fmt.Errorf("this is not an IDX file of images: it begins with %08x, not with %08x", m, imageMagic)
	}
	rows, cols := binary.BigEndian.Uint32(h[8:]), binary.BigEndian.Uint32(h[12:])
	if rows != Side || cols != Side {
		return 0, fmt.Errorf("its images are %d rows by %d columns, not 28 by 28", rows, cols)
	}
	n, err := count(h, limit, "images")
	return n * Area, err
}

// labelBytes checks the header of a label file and returns how many labels
// must follow it.
func labelBytes(h []byte, limit int) (int, error) {
	if m := binary.BigEndian.Uint32(h); m != labelMagic {
		return 0, fmt.Errorf("this is not an IDX file of labels: it begins with %08x, not with %08x", m, labelMagic)
	}
	return count(h, limit, "labels")
}

func count(h []byte, limit int, what string) (int, error) {
	n := binary.BigEndian.Uint32(h[4:])
	if n == 0 || uint64(n) > uint64(limit) {
		return 0, fmt.Errorf("the file says it holds %d %s: 1 to %d can be read", n, what, limit)
	}
	return int(n), nil
}

func checkLabels(labels []byte) ([]byte, error) {
	for i, l := range labels {
		if int(l) >= len(Classes) {
			return nil, fmt.Errorf("label %d is %d: labels are 0 to 9", i, l)
		}
	}
	return labels, nil
}

func parseIDX(b []byte, header int, size func([]byte) (int, error)) ([]byte, error) {
	if len(b) < header {
		return nil, headTooShort(len(b), header)
	}
	want, err := size(b[:header])
	if err != nil {
		return nil, err
	}
	if err := checkSize(len(b)-header, want); err != nil {
		return nil, err
	}
	return b[header:], nil
}

func checkSize(got, want int) error {
	switch {
	case got < want:
		return tooShort(got, want)
	case got > want:
		return errTooLong
	}
	return nil
}

// errTooLong is what both readers say of a file with bytes after its last image or label.
var errTooLong = errors.New("the file goes on after the last byte that its header announces")

func tooShort(got, want int) error {
	return fmt.Errorf("the file ends after %d of the %d bytes that its header announces", got, want)
}

func headTooShort(got, want int) error {
	return fmt.Errorf("the file ends after %d of the %d bytes of its header", got, want)
}

func readIDX(r io.Reader, header int, size func([]byte) (int, error)) ([]byte, error) {
	in, err := Decompress(r)
	if err != nil {
		return nil, err
	}
	h := make([]byte, header)
	if n, err := io.ReadFull(in, h); isEnd(err) {
		return nil, headTooShort(n, header)
	} else if err != nil {
		return nil, fmt.Errorf("reading the header: %w", err)
	}
	want, err := size(h)
	if err != nil {
		return nil, err
	}
	return readExactly(in, want)
}

// readExactly reads want bytes and then the end. It collects them in chunks,
// so that a short file with a large promise costs no more than itself.
func readExactly(in io.Reader, want int) ([]byte, error) {
	var chunks [][]byte
	for got := 0; got < want; {
		chunk := make([]byte, min(readChunk, want-got))
		n, err := io.ReadFull(in, chunk)
		got += n
		if isEnd(err) {
			return nil, tooShort(got, want)
		}
		if err != nil {
			return nil, fmt.Errorf("reading byte %d of %d: %w", got, want, err)
		}
		chunks = append(chunks, chunk)
	}
	// The end also makes gzip compare its checksum.
	switch n, err := io.ReadFull(in, make([]byte, 1)); {
	case n > 0:
		return nil, errTooLong
	case err != io.EOF:
		return nil, fmt.Errorf("reading the end of the file: %w", err)
	}
	if len(chunks) == 1 {
		return chunks[0], nil
	}
	all := make([]byte, 0, want)
	for _, chunk := range chunks {
		all = append(all, chunk...)
	}
	return all, nil
}

// isEnd tells a file that is too short, raw or compressed, from other errors.
func isEnd(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
}

// Decompress returns the plain bytes of a stream that may be gzip: what begins
// with gzip's 1f 8b is decompressed as it is read, anything else is passed on.
func Decompress(r io.Reader) (io.Reader, error) {
	b := bufio.NewReader(r)
	first, err := b.Peek(2)
	if err != nil && !isEnd(err) {
		return nil, fmt.Errorf("reading the first bytes: %w", err)
	}
	if len(first) < 2 || first[0] != 0x1f || first[1] != 0x8b {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, fmt.Errorf("opening the gzip stream: %w", err)
	}
	return z, nil
}

// WriteImages writes pixels, N*784, as an IDX file.
func WriteImages(w io.Writer, pixels []byte) error {
	return writeIDX(w, imageHead(len(pixels)/Area), pixels)
}

// WriteLabels writes labels as an IDX file.
func WriteLabels(w io.Writer, labels []byte) error {
	return writeIDX(w, labelHead(len(labels)), labels)
}

func imageHead(n int) []byte {
	h := make([]byte, 0, ImageHeader)
	for _, v := range []uint32{imageMagic, uint32(n), Side, Side} {
		h = binary.BigEndian.AppendUint32(h, v)
	}
	return h
}

func labelHead(n int) []byte {
	h := binary.BigEndian.AppendUint32(make([]byte, 0, labelHeader), labelMagic)
	return binary.BigEndian.AppendUint32(h, uint32(n))
}

func writeIDX(w io.Writer, head, body []byte) error {
	if _, err := w.Write(head); err != nil {
		return err
	}
	_, err := w.Write(body)
	return err
}
