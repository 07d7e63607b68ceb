package datafiles

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"

	"atelier/core/fashion"
	"atelier/server/failure"
)

// Shelf is the data set as a running server has it: the drawn sample at first,
// the real one from the moment that it is there.
type Shelf struct {
	mu       sync.Mutex
	data     *fashion.Dataset
	packed   map[string][]byte // by name without .gz
	index    Index
	download Download
}

// Index is data/index.json.
type Index struct {
	Kind     string       `json:"kind"` // real or drawn
	Files    []IndexEntry `json:"files"`
	Download Download     `json:"download"`
}

// IndexEntry is one file; it is fetched from data/NAME.gz.
type IndexEntry struct {
	Name     string `json:"name"`
	Size     int64  `json:"size"`      // decompressed, bytes
	GzipSize int64  `json:"gzip_size"` // as it is sent
	SHA256   string `json:"sha256"`    // of the decompressed bytes
}

// States of a download.
const (
	DownloadNone    = "none" // nothing to download
	DownloadRunning = "running"
	DownloadFailed  = "failed" // Message says why
	DownloadDone    = "done"   // the index is that of the real data now
)

// Download is what a page shows while the real data is on its way.
type Download struct {
	State    string `json:"state"`
	File     string `json:"file,omitempty"`
	Received int64  `json:"received,omitempty"` // compressed bytes of File
	Total    int64  `json:"total,omitempty"`
	Message  string `json:"message,omitempty"`
	Hint     string `json:"hint,omitempty"`
}

// NewShelf returns a shelf with the given data set on it; dir is as in Put.
func NewShelf(data *fashion.Dataset, dir string) (*Shelf, error) {
	s := &Shelf{download: Download{State: DownloadNone}}
	return s, s.Put(data, dir)
}

// Put replaces the data set. Files that lie compressed in dir, from which data
// was read, are sent as they are; dir may be empty.
func (s *Shelf) Put(data *fashion.Dataset, dir string) error {
	packed := map[string][]byte{}
	index := Index{Kind: data.Kind}
	for i, f := range fashion.Files {
		var plain bytes.Buffer
		if err := data.WriteFile(&plain, f.Name); err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		b, err := pack(dir, f.Name, plain.Bytes())
		if err != nil {
			return fmt.Errorf("%s: %w", f.Name, err)
		}
		packed[f.Name] = b
		index.Files = append(index.Files, IndexEntry{f.Name, int64(plain.Len()), int64(len(b)), data.SHA256[i]})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.data, s.packed, s.index = data, packed, index
	return nil
}

// pack returns plain as a gzip file: the one in dir if it holds that, or a new one.
func pack(dir, name string, plain []byte) ([]byte, error) {
	if dir != "" {
		if b, err := os.ReadFile(filepath.Join(dir, name+".gz")); err == nil && unpacksTo(b, plain) {
			return b, nil
		}
	}
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(plain); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// unpacksTo says whether a gzip file holds just that.
func unpacksTo(packed, plain []byte) bool {
	z, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return false
	}
	got := make([]byte, len(plain))
	if _, err := io.ReadFull(z, got); err != nil || !bytes.Equal(got, plain) {
		return false
	}
	n, err := z.Read(make([]byte, 1)) // what follows, checksum included
	return n == 0 && err == io.EOF
}

// Data returns the data set that is there now.
func (s *Shelf) Data() *fashion.Dataset {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.data
}

// Index describes it and the state of the download.
func (s *Shelf) Index() Index {
	s.mu.Lock()
	defer s.mu.Unlock()
	i := s.index
	i.Download = s.download
	return i
}

// File returns a file, compressed, by its name with or without .gz, and the
// hash of its decompressed bytes.
func (s *Shelf) File(name string) (packed []byte, sha256 string, ok bool) {
	name = strings.TrimSuffix(name, ".gz")
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.index.Files {
		if e.Name == name {
			return s.packed[name], e.SHA256, true
		}
	}
	return nil, "", false
}

// Fill downloads the data set into dir and puts it on the shelf. Where that
// fails the shelf keeps what it has, and its index says why.
func (s *Shelf) Fill(ctx context.Context, d Downloader, dir string) error {
	told := d.Progress
	d.Progress = func(p Progress) {
		s.state(Download{State: DownloadRunning, File: p.File, Received: p.Received, Total: p.Total})
		if told != nil {
			told(p)
		}
	}
	s.state(Download{State: DownloadRunning})
	err := d.Fetch(ctx, dir)
	if err == nil {
		var data *fashion.Dataset
		if data, err = Open(dir); err == nil {
			err = s.Put(data, dir)
		}
	}
	if err != nil {
		f := failure.Of(err)
		s.state(Download{State: DownloadFailed, Message: f.Message, Hint: f.Hint})
		return err
	}
	s.state(Download{State: DownloadDone})
	return nil
}

func (s *Shelf) state(d Download) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.download = d
}
