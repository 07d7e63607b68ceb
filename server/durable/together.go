package durable

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
)

// Content is what a file is to hold; see SaveKeeping for keep.
type Content struct {
	Name string
	Data []byte
	Keep int
}

// SaveTogether saves several files as one change: when it returns an error,
// every name and its former contents hold what they held. A program that dies on
// the way may leave the change half made, each file with its old or its new
// content; the last file is changed last.
func SaveTogether(f FS, contents ...Content) error {
	t := together{files: f, mark: temporary + rand.Text()[:8]}
	err := t.save(contents)
	if err != nil {
		t.undo()
	}
	for _, name := range t.litter {
		_ = f.Remove(name) // the next Sweep removes what stays
	}
	return err
}

// together is one such change: how to undo it, and what to tidy away.
type together struct {
	files  FS
	mark   string
	back   []func() error
	litter []string
}

func (t *together) save(contents []Content) error {
	for _, c := range contents {
		if err := t.stage(c); err != nil {
			return fmt.Errorf("save %s: %w", c.Name, err)
		}
	}
	for _, c := range contents {
		if err := t.place(c); err != nil {
			return fmt.Errorf("save %s: %w", c.Name, err)
		}
	}
	if err := t.files.Sync(); err != nil {
		return fmt.Errorf("make the names durable: %w", err)
	}
	return nil
}

func (t *together) fresh(name string) string { return name + t.mark }
func (t *together) old(name string) string   { return name + t.mark + "-old" }

// stage writes all that needs room: the new content and, since the old one may
// have to come back to a full disk, a copy of that.
func (t *together) stage(c Content) error {
	t.litter = append(t.litter, t.fresh(c.Name))
	if err := write(t.files, t.fresh(c.Name), c.Data); err != nil {
		return err
	}
	if c.Keep > 1 {
		return nil // its old contents move
	}
	b, err := t.files.Read(c.Name, maxCopied)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	t.litter = append(t.litter, t.old(c.Name))
	return write(t.files, t.old(c.Name), b)
}

// maxCopied is the longest old content that is copied, in bytes.
const maxCopied = 64 << 20

// place gives the content its name. The oldest of the former contents stays
// until the change is made.
func (t *together) place(c Content) error {
	if c.Keep > 1 {
		for i := c.Keep - 1; i >= 0; i-- {
			to := t.old(c.Name)
			if i < c.Keep-1 {
				to = Former(c.Name, i+1)
			}
			if err := t.move(Former(c.Name, i), to); err != nil {
				return err
			}
		}
		t.litter = append(t.litter, t.old(c.Name))
	}
	if err := t.files.Rename(t.fresh(c.Name), c.Name); err != nil {
		return err
	}
	t.back = append(t.back, func() error {
		if c.Keep > 1 {
			return t.files.Remove(c.Name)
		}
		if err := t.files.Rename(t.old(c.Name), c.Name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		return t.files.Remove(c.Name) // there was none
	})
	return nil
}

// move renames a file, where there is one, in a way that can be undone.
func (t *together) move(from, to string) error {
	err := t.files.Rename(from, to)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err == nil {
		t.back = append(t.back, func() error { return t.files.Rename(to, from) })
	}
	return err
}

// undo takes back what was done, the last first. What cannot be taken back is
// left as a program that dies would leave it.
func (t *together) undo() {
	for i := len(t.back) - 1; i >= 0; i-- {
		if t.back[i]() != nil {
			t.litter = nil // old contents may be among it
			return
		}
	}
	_ = t.files.Sync()
}
