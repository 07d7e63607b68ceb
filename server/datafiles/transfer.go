package datafiles

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

// refusal is an answer that trying again will not change.
type refusal struct{ text string }

func (r *refusal) Error() string { return r.text }

// transfer appends to part what the mirror has beyond it, in one request.
// fresh says that every byte of part is from this request.
func (d *Downloader) transfer(ctx context.Context, mirror, part string, f File) (fresh bool, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	file, err := os.OpenFile(part, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return false, &refusal{err.Error()}
	}
	defer file.Close()
	have, err := file.Seek(0, io.SeekEnd)
	if err != nil {
		return false, err
	}
	if have >= maxGzip {
		have = 0
	}
	resp, err := d.get(ctx, mirror+f.Name+".gz", have)
	if err != nil {
		return false, &refusal{err.Error()} // nobody there: the next mirror
	}
	defer resp.Body.Close()
	total := resp.ContentLength
	switch resp.StatusCode {
	case http.StatusOK:
		have = 0
	case http.StatusPartialContent:
		start, size, ok := contentRange(resp.Header.Get("Content-Range"))
		if !ok || start != have {
			return false, startOver(file, "the mirror sent another part than was asked for")
		}
		total = size
	case http.StatusRequestedRangeNotSatisfiable:
		// Either the file is whole already, or it is longer than it should be.
		if _, err := readVerified(part, f); err == nil {
			return false, nil
		}
		return false, startOver(file, "what had arrived before was wrong")
	default:
		return false, &refusal{"the mirror answered " + resp.Status}
	}
	if total > maxGzip {
		return false, &refusal{fmt.Sprintf("the mirror announces %d bytes, more than %d", total, maxGzip)}
	}
	if err := file.Truncate(have); err != nil {
		return false, err
	}
	if _, err := file.Seek(have, io.SeekStart); err != nil {
		return false, err
	}
	return have == 0, d.receive(cancel, resp, file, Progress{File: f.Name, Received: have, Total: max(total, 0), Mirror: mirror})
}

// get asks for the bytes from have on.
func (d *Downloader) get(ctx context.Context, url string, have int64) (*http.Response, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return nil, &refusal{err.Error()}
	}
	req.Header.Set("User-Agent", "atelier")
	if have > 0 {
		req.Header.Set("Range", fmt.Sprintf("bytes=%d-", have))
	}
	return d.client.Do(req)
}

// receive copies the body into file, tells of its progress, and complains if
// the mirror sent another number of bytes than it announced.
func (d *Downloader) receive(cancel context.CancelFunc, resp *http.Response, file *os.File, p Progress) error {
	timer := time.AfterFunc(stallTimeout, cancel)
	defer timer.Stop()
	body := io.LimitReader(&stalled{resp.Body, timer}, maxGzip-p.Received+1)
	buf := make([]byte, 64<<10)
	for {
		n, err := body.Read(buf)
		if n > 0 {
			if _, err := file.Write(buf[:n]); err != nil {
				return &refusal{err.Error()}
			}
			p.Received += int64(n)
			if d.Progress != nil {
				d.Progress(p)
			}
		}
		switch {
		case p.Received > maxGzip:
			return &refusal{fmt.Sprintf("the mirror sends more than %d bytes", maxGzip)}
		case err == io.EOF && p.Total > 0 && p.Received != p.Total:
			return fmt.Errorf("the mirror sent %d bytes of %d", p.Received, p.Total)
		case err == io.EOF:
			return nil
		case err != nil:
			return err
		}
	}
}

// startOver empties file so that the next attempt asks for all of it.
func startOver(file *os.File, why string) error {
	if err := file.Truncate(0); err != nil {
		return &refusal{err.Error()}
	}
	return fmt.Errorf("%s", why)
}

// contentRange reads "bytes 5-9/10" as (5, 10).
func contentRange(s string) (start, size int64, ok bool) {
	s, ok = strings.CutPrefix(s, "bytes ")
	span, all, ok2 := strings.Cut(s, "/")
	first, _, ok3 := strings.Cut(span, "-")
	if !ok || !ok2 || !ok3 {
		return 0, 0, false
	}
	start, err1 := strconv.ParseInt(first, 10, 64)
	size, err2 := strconv.ParseInt(all, 10, 64)
	return start, size, err1 == nil && err2 == nil && start >= 0 && size > start
}
