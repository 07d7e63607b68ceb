package datafiles

import (
	"bufio"
	"compress/gzip"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"atelier/server/failure"
)

// ErrFolder is why nothing can be downloaded into a folder: another one may do.
var ErrFolder = errors.New("the folder cannot be used")

// noFolder is a failure that is an ErrFolder.
func noFolder(cause error, message string) error {
	return failure.Wrap(errors.Join(ErrFolder, cause), failure.NoData, message, "Name another folder")
}

// foreign reports what lies in dir under the names of files and must not be
// replaced: in our own cache that is only what is no plain file.
func (d *Downloader) foreign(dir string, files []File) error {
	var found []string
	for _, f := range files {
		if _, err := Read(dir, f); err == nil {
			continue
		}
		for _, name := range []string{f.Name + ".gz", f.Name} {
			info, err := os.Lstat(filepath.Join(dir, name))
			if errors.Is(err, fs.ErrNotExist) || err == nil && d.Own && info.Mode().IsRegular() {
				continue
			}
			found = append(found, name+" "+describe(filepath.Join(dir, name), f))
		}
	}
	if len(found) == 0 {
		return nil
	}
	return failure.Wrap(ErrFolder, failure.NoData, "The folder has files of other contents under Fashion-MNIST's names: "+strings.Join(found, "; "),
		"They stay as they are (MNIST, KMNIST and EMNIST use the same names): name another folder")
}

// maxDescribed bounds the bytes that are read to say what a file is: the largest
// of EMNIST's has 547 million.
const maxDescribed = 1 << 30

// describe says what a file is that is not f.
func describe(path string, f File) string {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "is a link that leads nowhere"
	case err != nil:
		return "cannot be read"
	case !info.Mode().IsRegular():
		return "is no plain file"
	case info.Size() == 0:
		return "is empty"
	}
	file, err := os.Open(path)
	if err != nil {
		return "cannot be read"
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 1<<16)
	var r io.Reader = in
	head, _ := in.Peek(2)
	packed := len(head) == 2 && head[0] == 0x1f && head[1] == 0x8b
	if packed {
		if r, err = gzip.NewReader(in); err != nil {
			return "is damaged"
		}
	}
	what, ok := dataSet(r)
	switch {
	case !ok:
		return "is damaged, or something else"
	case !packed && info.Size() == f.Bytes: // it has no checksum of its own
		return "holds another data set, or a damaged one (" + what + ")"
	}
	return "holds another data set (" + what + ")"
}

// dataSet says what an IDX file of images or labels holds; it is not ok if the
// file does not end where its header says.
func dataSet(r io.Reader) (what string, ok bool) {
	word := func() (n uint32) {
		if binary.Read(r, binary.BigEndian, &n) != nil {
			return 0
		}
		return n
	}
	var size int64
	switch word() {
	case 0x801:
		n := word()
		size, what = int64(n), thousands(n)+" labels"
	case 0x803:
		n, rows, columns := word(), word(), word()
		if rows > 1<<12 || columns > 1<<12 {
			return "", false
		}
		size, what = int64(n)*int64(rows)*int64(columns), fmt.Sprintf("%s images of %d × %d", thousands(n), rows, columns)
	}
	if size == 0 || size > maxDescribed {
		return "", false
	}
	n, err := io.Copy(io.Discard, io.LimitReader(r, size+1))
	return what, err == nil && n == size
}

// thousands writes 60000 as 60,000.
func thousands(n uint32) string {
	s := strconv.FormatUint(uint64(n), 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// partOf is where what has arrived of a file is kept, under a name that no other
// program gives: it may be thrown away.
func partOf(dir string, f File) string { return filepath.Join(dir, ".atelier-"+f.Name+".gz.part") }

// place gives a verified file its name, durably. Unless replace is set, a file of
// that name stays, whenever it came.
func place(part, name string, replace bool) error {
	if _, err := os.Lstat(name); err == nil && !replace {
		return noFolder(nil, "The folder has a file "+filepath.Base(name)+" of other contents now")
	}
	return moveDurably(part, name)
}
