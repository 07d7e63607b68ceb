package train

import (
	"runtime"
	"runtime/debug"
	"testing"
)

// A worker that trains Model 1 at a batch of 128 takes less than 200 MB, garbage
// of its beginning and all, with the collector set as in the page's program. (A
// test of the page measures WebAssembly's whole memory.)
func TestAWorkersMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("trains Model 1 at its real size: left out of the short tests")
	}
	defer debug.SetGCPercent(debug.SetGCPercent(20))
	runtime.GC()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	tr, err := NewBench("model1", 128, Options{Workers: 1})
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		step(t, tr)
	}
	runtime.ReadMemStats(&after)
	used := after.HeapAlloc - before.HeapAlloc
	t.Logf("%.0f MB", float64(used)/1e6)
	if used > 200e6 {
		t.Errorf("a worker takes %d bytes, want at most 200 MB", used)
	}
	runtime.KeepAlive(tr)
}
