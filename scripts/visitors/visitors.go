// Package visitors are people who load pages of a server, for the tests that
// measure how long that takes.
package visitors

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// PageLoad is what a page load may take at the 99th percentile, also while a
// run trains and with 200 at once. Tests on shared machines allow Patience times as
// much.
const (
	PageLoad = 200 * time.Millisecond
	Patience = 5
)

// Crowd loads a page, which is all of Paths, as People at once.
type Crowd struct {
	URL    string // ends with /
	Paths  []string
	People int
	Rounds int           // page loads of each person; 0: until the context ends
	Pause  time.Duration // of each person between two
}

// Visit returns how long each page load took, the shortest first. It ends at the
// first answer that is not the page.
func (c Crowd) Visit(ctx context.Context) ([]time.Duration, error) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: c.People, MaxConnsPerHost: c.People}}
	defer client.CloseIdleConnections()
	var mu sync.Mutex
	var took []time.Duration
	var failed error
	var wg sync.WaitGroup
	for range c.People {
		wg.Go(func() {
			for round := 0; ctx.Err() == nil && (c.Rounds == 0 || round < c.Rounds); round++ {
				began := time.Now()
				err := c.load(client)
				mu.Lock()
				took = append(took, time.Since(began))
				if failed == nil {
					failed = err
				}
				mu.Unlock()
				if err != nil {
					return
				}
				time.Sleep(c.Pause)
			}
		})
	}
	wg.Wait()
	slices.Sort(took)
	return took, failed
}

func (c Crowd) load(client *http.Client) error {
	for _, path := range c.Paths {
		resp, err := client.Get(c.URL + path)
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		if err != nil || resp.StatusCode != http.StatusOK {
			return fmt.Errorf("%s: %s, %v", path, resp.Status, err)
		}
	}
	return nil
}

// Median is the middle of sorted times.
func Median(took []time.Duration) time.Duration { return took[len(took)/2] }

// Slowest is the 99th percentile of sorted times.
func Slowest(took []time.Duration) time.Duration { return took[len(took)*99/100] }
