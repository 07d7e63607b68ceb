//go:build unix

package gomlxengine

import (
	"syscall"
	"testing"

	"atelier/core/train"
)

// BenchmarkFeed measures what the goroutines beside the training can feed: the
// batches of a recipe, made and sent. A GPU wants 30,000 images a second.
func BenchmarkFeed(b *testing.B) {
	d := portableDevice(b)
	data := firstImages(b, 60000)
	for _, c := range []struct{ model, recipe string }{
		{"model1", "report"}, {"model2", "report"}, {"model2", "best"}, {"model2", "sketch"},
	} {
		b.Run(c.model+" "+c.recipe, func(b *testing.B) {
			cfg := train.Config{Model: c.model, Recipe: c.recipe, Seed: 42}
			s := batchesOf(b, cfg, data)
			s.Last = 1 << 30
			f, err := startFeed(d, s)
			if err != nil {
				b.Fatal(err)
			}
			defer f.stop()
			began := cpuSeconds(b)
			b.ResetTimer()
			for range b.N {
				x, err := f.take()
				if err != nil {
					b.Fatal(err)
				}
				x.free()
			}
			images := float64(b.N * s.Batches.Size())
			b.ReportMetric(images/b.Elapsed().Seconds(), "images/s")
			b.ReportMetric(images/(cpuSeconds(b)-began), "images/CPU-s") // also on a busy machine
		})
	}
}

// cpuSeconds is the processors' time that this process has used.
func cpuSeconds(b *testing.B) float64 {
	b.Helper()
	var used syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &used); err != nil {
		b.Fatal(err)
	}
	seconds := func(t syscall.Timeval) float64 { return float64(t.Sec) + float64(t.Usec)/1e6 }
	return seconds(used.Utime) + seconds(used.Stime)
}
