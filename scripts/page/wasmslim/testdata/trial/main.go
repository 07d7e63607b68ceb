// Command trial does what a smaller twin might break: it grows stacks, collects
// garbage, waits, recovers, looks at its own calls, and dies of a panic.
package main

import (
	"fmt"
	"math"
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

// positive is v, or 0 where v is not above it.
func positive(v float32) float32 {
	b := math.Float32bits(v)
	if v <= 0 {
		b = 0
	}
	return math.Float32frombits(b)
}

// rectify is a kernel as the core's are: in blocks without a branch.
func rectify(y, x, s []float32) {
	for len(y) >= 8 && len(x) >= 8 && len(s) >= 8 {
		Y, X, S := (*[8]float32)(y), (*[8]float32)(x), (*[8]float32)(s)
		Y[0] = positive(X[0] * S[0])
		Y[1] = positive(X[1] * S[1])
		Y[2] = positive(X[2] * S[2])
		Y[3] = positive(X[3] * S[3])
		Y[4] = positive(X[4] * S[4])
		Y[5] = positive(X[5] * S[5])
		Y[6] = positive(X[6] * S[6])
		Y[7] = positive(X[7] * S[7])
		y, x, s = y[8:], x[8:], s[8:]
	}
}

func kernel() uint32 {
	x, y, s := make([]float32, 64), make([]float32, 64), make([]float32, 64)
	for i := range x {
		x[i], s[i] = float32(i%7)-3, float32(i%5)-1.5
	}
	x[9], x[17], x[30] = float32(math.NaN()), float32(math.Inf(1)), float32(math.Copysign(0, -1))
	rectify(y, x, s)
	hash := uint32(1)
	for _, v := range y {
		hash = hash*31 + math.Float32bits(v)
	}
	return hash
}

// A leaf hangs from a frame alone while the collector runs.
type leaf struct {
	next *leaf
	id   int
}

// hang calls itself with more and more that only its frames hold, collects at the end, and
// adds up what is still there on the way back. Its stack grows, moves and shrinks.
func hang(depth int) int {
	a, b := &leaf{id: depth}, []int{depth, depth + 1}
	c := func() int { return a.id + b[1] }
	if depth == 0 {
		for range 3 {
			runtime.GC()
		}
		return c()
	}
	if depth%97 == 0 {
		runtime.GC()
	}
	kept := [16]*leaf{3: {a, 1}}
	below := hang(depth - 1)
	return below + c() + kept[3].next.id + b[0]
}

// fail panics in one of the ways in which the runtime does.
func fail(how int, m map[string]int, l *leaf, s []int) (result string) {
	kept := &leaf{id: how}
	defer func() {
		runtime.GC()
		result = fmt.Sprint(kept.id, " ", recover(), " ", result)
	}()
	for i := range 3 {
		defer func() { result += fmt.Sprint(i) }()
	}
	result = "begun "
	var any any = s
	switch how {
	case 0:
		return fmt.Sprint(l.next.id)
	case 1:
		return fmt.Sprint(s[how+2])
	case 2:
		return fmt.Sprint(s[how+2:])
	case 3:
		return fmt.Sprint(s[how : how-1])
	case 4:
		m["a"]++
	case 5:
		return any.(string)
	case 6:
		return fmt.Sprint(10 / len(m))
	case 7:
		panic(fmt.Errorf("failed %d", how))
	case 8:
		return fmt.Sprint([3]int(s))
	case 9:
		var f func() int
		return fmt.Sprint(f())
	case 10:
		return fmt.Sprint(make([]int, -len(s)))
	}
	return "done"
}

// speak has callers that know neither its type nor, by a method's value, its name.
type speaker interface{ speak(int) string }

type voice string

func (v voice) speak(n int) string { return strings.Repeat(string(v), n) }

func converse() (said string) {
	words, done := make(chan string), make(chan bool)
	for _, s := range []speaker{voice("a"), voice("b"), voice("c")} {
		speak := s.speak
		go func() {
			for n := range 4 {
				words <- speak(n)
				runtime.Gosched()
			}
			done <- true
		}()
	}
	length := 0
	for ended := 0; ended < 3; {
		select {
		case w := <-words:
			length += len(w)
		case <-done:
			ended++
		}
	}
	return fmt.Sprint("said ", length)
}

func main() {
	fmt.Println("rectified:", kernel())
	for range 3 {
		fmt.Println("hung:", hang(2000))
	}
	for how := range 12 {
		fmt.Println("failed:", fail(how, nil, nil, []int{1, 2}))
	}
	fmt.Println(converse())
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
