// Command mutate breaks the program's promises one after the other and asks
// whether the test that stands for each notices. Nothing in the working tree is
// touched: Go is built with an overlay, the page in a copy.
//
// A change counts as caught only where its test passes without it and fails on
// its own assertion with it. Any other end fails the run: a test that goes on
// passing, a change that finds no place any more, and one that does not compile.
package main

import (
	"flag"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"
)

func main() {
	pattern := flag.String("run", "", "only the changes whose name, place or test matches this expression")
	verbose := flag.Bool("v", false, "print what the tests say, too")
	list := flag.Bool("list", false, "list the changes and their tests")
	flag.Parse()
	chosen, err := choose(table(), *pattern)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if *list {
		for _, c := range chosen {
			fmt.Printf("%s\n    %s %s: %s %s\n", c.Name, c.Where, c.In, c.TestIn, c.Test)
		}
		return
	}
	if !judgeAll(chosen, *verbose) {
		os.Exit(1)
	}
}

// table is all changes.
func table() []Change {
	return slices.Concat(coreChanges, trainChanges, durableChanges, serverChanges, pageChanges)
}

func choose(all []Change, pattern string) ([]Change, error) {
	expr, err := regexp.Compile(pattern)
	if err != nil {
		return nil, fmt.Errorf("-run: %w", err)
	}
	chosen := slices.DeleteFunc(all, func(c Change) bool {
		return !expr.MatchString(c.Name) && !expr.MatchString(c.Where) && !expr.MatchString(c.Test)
	})
	if len(chosen) == 0 {
		return nil, fmt.Errorf("no change matches %q", pattern)
	}
	return chosen, nil
}

// judgeAll says whether every change was caught, and prints how each fared.
func judgeAll(changes []Change, verbose bool) bool {
	root, err := moduleRoot()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return false
	}
	b := &bench{root: root, sound: map[string]verdict{}}
	defer b.close()
	began := time.Now()
	counts := map[string]int{}
	for i, c := range changes {
		start := time.Now()
		v := b.judge(c)
		counts[v.word]++
		fmt.Printf("%2d/%d  %-16s %5.1f s  %s (%s)\n", i+1, len(changes), v.word, time.Since(start).Seconds(), c.Name, c.Test)
		if v.word != caught || verbose {
			fmt.Printf("%s\n", indented(v.detail))
		}
	}
	fmt.Printf("\n%d of %d changes caught in %.0f s", counts[caught], len(changes), time.Since(began).Seconds())
	for _, word := range []string{notCaught, noPlace, noBuild, otherwise, unsound} {
		if n := counts[word]; n > 0 {
			fmt.Printf("; %s: %d", word, n)
		}
	}
	fmt.Println(".")
	return counts[caught] == len(changes)
}
