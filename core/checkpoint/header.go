package checkpoint

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"unicode/utf8"

	"atelier/core/strictjson"
)

// entry is what the header says of one tensor. Its data are bytes begin to
// end of the part behind the header.
type entry struct {
	name, dtype string
	shape       []int
	begin, end  int
}

// headerParser reads the header token by token: encoding/json would take "SHAPE"
// for "shape".
type headerParser struct{ dec *json.Decoder }

// parseHeader reads the JSON of a header: an object of tensors, perhaps with
// metadata, followed by nothing but spaces.
func parseHeader(b []byte) ([]entry, map[string]string, error) {
	if len(b) == 0 || b[0] != '{' {
		return nil, nil, fmt.Errorf("the header does not begin with {")
	}
	body := bytes.TrimRight(b, " ")
	if body[len(body)-1] != '}' || !utf8.Valid(body) || !json.Valid(body) {
		return nil, nil, fmt.Errorf("the header is not one JSON object in UTF-8, padded with spaces")
	}
	p := headerParser{json.NewDecoder(bytes.NewReader(body))}
	p.dec.UseNumber()
	var entries []entry
	var meta map[string]string
	err := p.object("the header", func(key string) (err error) {
		if key == metadataKey {
			meta, err = p.metadata()
			return err
		}
		e, err := p.tensor(key)
		entries = append(entries, e)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return entries, meta, nil
}

// object reads an object, calling member to read each value.
func (p headerParser) object(what string, member func(key string) error) error {
	err := strictjson.Object(p.dec, member)
	var duplicate *strictjson.DuplicateError
	var syntax *strictjson.SyntaxError
	switch {
	case err == strictjson.ErrNotObject:
		return fmt.Errorf("%s is not a JSON object", what)
	case errors.As(err, &duplicate):
		return fmt.Errorf("%s has two entries named %s", what, quote(duplicate.Key))
	case errors.As(err, &syntax):
		return fmt.Errorf("reading %s: %w", what, syntax.Err)
	}
	return err
}

func (p headerParser) metadata() (map[string]string, error) {
	meta := map[string]string{}
	err := p.object("the metadata", func(key string) (err error) {
		meta[key], err = p.text("the metadata entry " + quote(key))
		return err
	})
	return meta, err
}

func (p headerParser) tensor(name string) (entry, error) {
	e := entry{name: name}
	what := "tensor " + quote(name)
	var offsets []int
	fields := 0
	err := p.object(what, func(key string) (err error) {
		fields++
		switch key {
		case "dtype":
			e.dtype, err = p.text("the dtype of " + what)
		case "shape":
			e.shape, err = p.numbers("the shape of " + what)
		case "data_offsets":
			offsets, err = p.numbers("the data_offsets of " + what)
		default:
			err = fmt.Errorf("%s has an unknown field %s", what, quote(key))
		}
		return err
	})
	if err != nil {
		return e, err
	}
	if fields != 3 {
		return e, fmt.Errorf("%s lacks one of dtype, shape and data_offsets", what)
	}
	if len(offsets) != 2 {
		return e, fmt.Errorf("%s has %d data_offsets, not 2", what, len(offsets))
	}
	e.begin, e.end = offsets[0], offsets[1]
	return e, e.check()
}

// check compares the type, the shape and the number of bytes with each other.
func (e entry) check() error {
	size := elementSize(e.dtype)
	if size == 0 {
		return fmt.Errorf("tensor %s has type %s: F32, F16, BF16, I64 and U8 can be read", quote(e.name), quote(e.dtype))
	}
	if e.begin > e.end {
		return fmt.Errorf("tensor %s ends at byte %d, before its begin at %d", quote(e.name), e.end, e.begin)
	}
	n, ok := product(e.shape, size)
	if !ok {
		return fmt.Errorf("tensor %s has a shape whose size overflows", quote(e.name))
	}
	if n != e.end-e.begin {
		return fmt.Errorf("tensor %s has %d bytes of data: its shape and type need %d", quote(e.name), e.end-e.begin, n)
	}
	return nil
}

// product multiplies a shape and the size of an element; ok is false on overflow.
func product(shape []int, size int) (n int, ok bool) {
	n = size
	for _, d := range shape {
		if d != 0 && n > math.MaxInt/d {
			return 0, false
		}
		n *= d
	}
	return n, true
}

func (p headerParser) text(what string) (string, error) {
	t, err := p.dec.Token()
	if err != nil {
		return "", fmt.Errorf("reading %s: %w", what, err)
	}
	s, ok := t.(string)
	if !ok {
		return "", fmt.Errorf("%s is not a string", what)
	}
	return s, nil
}

// numbers reads an array of whole numbers that are not negative and written
// with digits alone.
func (p headerParser) numbers(what string) ([]int, error) {
	if t, err := p.dec.Token(); err != nil || t != json.Delim('[') {
		return nil, fmt.Errorf("%s is not an array", what)
	}
	list := []int{}
	for p.dec.More() {
		if len(list) == maxRank {
			return nil, fmt.Errorf("%s has more than %d numbers", what, maxRank)
		}
		t, err := p.dec.Token()
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", what, err)
		}
		digits, ok := t.(json.Number)
		if !ok {
			return nil, fmt.Errorf("%s holds something that is not a number", what)
		}
		v, err := strconv.ParseUint(digits.String(), 10, strconv.IntSize-1)
		if err != nil {
			return nil, fmt.Errorf("%s holds %s, which is not a whole number from 0 to %d", what, quote(digits.String()), math.MaxInt)
		}
		list = append(list, int(v))
	}
	_, err := p.dec.Token()
	return list, err
}
