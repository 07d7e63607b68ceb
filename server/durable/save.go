package durable

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"strings"
)

// temporary marks the names of files that are not finished. They end in this
// word and a random part.
const temporary = ".unfinished-"

// Save gives name the content data. When it returns nil, the new content
// survives a power cut; when it returns an error, name still holds the old
// content, or (if only the last step failed) perhaps the new one.
func Save(f FS, name string, data []byte) error { return SaveKeeping(f, name, data, 1) }

// SaveKeeping is Save with a memory: the former content moves to name-1, that
// of name-1 to name-2, and so on, until keep contents are kept in all.
// ("last.safetensors" becomes "last-1.safetensors".)
func SaveKeeping(f FS, name string, data []byte, keep int) error {
	temp := name + temporary + rand.Text()[:8]
	if err := write(f, temp, data); err != nil {
		_ = f.Remove(temp) // the next Sweep removes what stays
		return fmt.Errorf("save %s: %w", name, err)
	}
	for i := keep - 1; i > 0; i-- {
		err := f.Rename(Former(name, i-1), Former(name, i))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			_ = f.Remove(temp)
			return fmt.Errorf("save %s: keep the former: %w", name, err)
		}
	}
	if err := f.Rename(temp, name); err != nil {
		_ = f.Remove(temp)
		return fmt.Errorf("save %s: %w", name, err)
	}
	if err := f.Sync(); err != nil {
		return fmt.Errorf("save %s: make its name durable: %w", name, err)
	}
	return nil
}

// write makes a file of data that survives a power cut, under a name that
// does not have to.
func write(f FS, name string, data []byte) error {
	file, err := f.Create(name)
	if err != nil {
		return err
	}
	n, err := file.Write(data)
	if err == nil && n < len(data) {
		err = io.ErrShortWrite
	}
	if err == nil {
		err = file.Sync()
	}
	return errors.Join(err, file.Close())
}

// Former is the name of the i-th former content of name; the 0th is name.
func Former(name string, i int) string {
	if i == 0 {
		return name
	}
	ext := path.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), i, ext)
}

// Load returns the newest content of name that valid accepts, looking at keep
// contents, and which name it had. Its error is that of the newest one.
func Load(f FS, name string, keep int, limit int64, valid func([]byte) error) (data []byte, from string, err error) {
	for i := range keep {
		b, e := f.Read(Former(name, i), limit)
		if e == nil {
			e = valid(b)
		}
		if e == nil {
			return b, Former(name, i), nil
		}
		if err == nil || errors.Is(err, fs.ErrNotExist) && !errors.Is(e, fs.ErrNotExist) {
			err = e
		}
	}
	return nil, "", err
}

// sweep removes the temporary files of saves that were cut off.
func sweep(f FS) error {
	names, err := f.Names()
	if err != nil {
		return err
	}
	for _, name := range names {
		if strings.Contains(name, temporary) {
			if err := f.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
				return err
			}
		}
	}
	return nil
}
