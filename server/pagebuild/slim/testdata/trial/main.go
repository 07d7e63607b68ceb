// Command trial does what a smaller twin might break: it grows stacks, collects
// garbage, waits, recovers, looks at its own calls, and dies of a panic.
package main

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
)

// reach indexes past the end of a slice, some calls further down.
func reach(depth int, numbers []int) int {
	if depth == 0 {
		return numbers[5]
	}
	return reach(depth-1, numbers) + 1
}

// churn makes garbage from a goroutine, and keeps some of it.
func churn(done chan<- map[string][]byte) {
	kept := map[string][]byte{}
	for i := range 20000 {
		b := make([]byte, 1+i%2000)
		b[0] = byte(i)
		if i%100 == 0 {
			kept[fmt.Sprint("k", i)] = b
			runtime.Gosched()
		}
		if i%5000 == 0 {
			runtime.GC()
		}
	}
	done <- kept
}

func main() {
	done := make(chan map[string][]byte)
	go churn(done)
	kept, sum := <-done, 0
	for _, b := range kept {
		sum += int(b[0]) + len(b)
	}
	fmt.Println("collected", len(kept), sum)
	func() {
		defer func() { fmt.Println("recovered:", recover()) }()
		reach(200, []int{1, 2, 3})
	}()
	calls := make([]uintptr, 20)
	frames := runtime.CallersFrames(calls[:runtime.Callers(0, calls)])
	var names []string
	for more := true; more; {
		var f runtime.Frame
		f, more = frames.Next()
		names = append(names, f.Function)
	}
	fmt.Println("called by main:", slices.Contains(names, "main.main"), strings.Contains(fmt.Sprint(names), "runtime"))
	reach(3, []int{1, 2, 3})
}
