//go:build js && wasm

package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"github.com/hack-pad/safejs"

	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/core/train"
)

// session is all that a worker holds.
type session struct {
	page   *bridge
	breath *breath

	spec        nn.Spec
	kind        string // of the data
	train, test *images
	crew        *crew
	run         *run    // nil before the first
	bare        *nn.Net // weights loaded without a run
	fineTuned   *nn.Net // in place of either, since a person's lesson
	saving      sync.Mutex
	lesson      *lesson // under way
	judges      judges
	gallery     *gallery
	asked       float64 // when the page last wanted an answer at once, by the clock of seconds
}

// version of the program's commands, told by hello.
const version = "1"

func newSession() (*session, error) {
	b, err := newBridge()
	if err != nil {
		return nil, err
	}
	air, err := newBreath()
	if err != nil {
		return nil, err
	}
	return &session{page: b, breath: air}, nil
}

// listen lets worker.ts hand over commands.
func (s *session) listen() error {
	receive, err := safejs.FuncOf(func(_ safejs.Value, args []safejs.Value) any {
		if len(args) == 1 {
			go s.obey(args[0])
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.page.object.Set("receive", receive); err != nil {
		return err
	}
	_, err = s.page.object.Call("ready")
	return err
}

// obey answers one command. This is the one place where a panic is caught: the
// page is told, and then the program ends, since its memory is not to be
// trusted any more.
func (s *session) obey(v safejs.Value) {
	id, err := number(v, "id")
	if err != nil {
		die(err)
	}
	defer func() {
		if r := recover(); r != nil {
			println(fmt.Sprint(r) + "\n" + string(debug.Stack()))
			s.page.reply(id, result{}, refuse("panic", "the program failed: %v", r))
			os.Exit(2)
		}
	}()
	kind, err := text(v, "type")
	if err != nil {
		s.page.reply(id, result{}, err)
		return
	}
	command, ok := commands[kind]
	if !ok {
		s.page.reply(id, result{}, refuse("unknown", "the program knows no command %q", kind))
		return
	}
	r, err := command(s, v)
	s.page.reply(id, r, err)
}

// commands are what the page may ask for.
var commands map[string]func(*session, safejs.Value) (result, error)

func init() {
	commands = map[string]func(*session, safejs.Value) (result, error){
		"hello":          (*session).hello,
		"data":           (*session).takeData,
		"crew":           (*session).takeCrew,
		"help":           (*session).help,
		"train":          (*session).start,
		"pause":          (*session).pause,
		"resume":         (*session).resume,
		"stop":           (*session).stop,
		"step":           (*session).step,
		"reset":          (*session).reset,
		"change":         (*session).change,
		"fingerprint":    (*session).fingerprint,
		"state":          (*session).state,
		"load":           (*session).load,
		"weights":        (*session).weights,
		"evaluate":       (*session).evaluate,
		"mcnemar":        (*session).mcNemar,
		"predict":        (*session).predict,
		"calibrate":      (*session).calibrate,
		"nearest":        (*session).nearest,
		"learn":          (*session).learn,
		"learnStep":      (*session).learnStep,
		"learnEnd":       (*session).learnEnd,
		"unlearn":        (*session).unlearn,
		"maps":           (*session).maps,
		"filters":        (*session).filters,
		"explain":        (*session).explain,
		"evidence":       (*session).evidence,
		"occlusion":      (*session).occlusion,
		"images":         (*session).images,
		"benchmarkTrain": (*session).benchmarkTrain,
		"benchmarkInfer": (*session).benchmarkInfer,
	}
}

// hello chooses the worker's network.
func (s *session) hello(v safejs.Value) (result, error) {
	name, err := text(v, "model")
	if err != nil {
		return result{}, err
	}
	if s.spec, err = nn.ByName(name); err != nil {
		return result{}, err
	}
	s.judges = judges{}
	return result{fields: map[string]any{
		"version": version, "features": []string{"crew", "shared"},
		"recipes": train.Recipes(name),
	}}, nil
}

// takeData keeps the data set's files.
func (s *session) takeData(v safejs.Value) (result, error) {
	kind, err := text(v, "kind")
	if err != nil {
		return result{}, err
	}
	files, err := v.Get("files")
	if err != nil {
		return result{}, err
	}
	open := func(pixelName, labelName string) (*images, error) {
		p, err := files.Get(pixelName)
		if err != nil {
			return nil, err
		}
		l, err := files.Get(labelName)
		if err != nil {
			return nil, err
		}
		im, err := newImages(s.page, p, l)
		if err != nil {
			return nil, refuse("data", "%s and %s cannot be used: %v", pixelName, labelName, err)
		}
		return im, nil
	}
	trainSet, err := open("train-images-idx3-ubyte", "train-labels-idx1-ubyte")
	if err != nil {
		return result{}, err
	}
	testSet, err := open("t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
	if err != nil {
		return result{}, err
	}
	s.kind, s.train, s.test = kind, trainSet, testSet
	return result{fields: map[string]int{"train": trainSet.Len(), "test": testSet.Len()}}, nil
}

// set returns the images of a split and which of them belong to it.
func (s *session) set(split string) (*images, []int32, error) {
	if s.train == nil {
		return nil, nil, refuse("no_data", "the images have not arrived yet")
	}
	trainIndex, valIndex := fashion.Split(s.train.Len())
	switch split {
	case "train":
		return s.train, trainIndex, nil
	case "val":
		return s.train, valIndex, nil
	case "test":
		index := make([]int32, s.test.Len())
		for i := range index {
			index[i] = int32(i)
		}
		return s.test, index, nil
	}
	return nil, nil, refuse("split", "there is no split %q: choose train, val or test", split)
}

func text(v safejs.Value, name string) (string, error) {
	f, err := v.Get(name)
	if err != nil {
		return "", err
	}
	if f.Type() != safejs.TypeString {
		return "", refuse("command", "the command lacks its word %q", name)
	}
	return f.String()
}

func number(v safejs.Value, name string) (float64, error) {
	f, err := v.Get(name)
	if err != nil {
		return 0, err
	}
	if f.Type() != safejs.TypeNumber {
		return 0, refuse("command", "the command lacks its number %q", name)
	}
	return f.Float()
}

// whole reads a whole number.
func whole(v safejs.Value, name string) (int, error) {
	n, err := number(v, name)
	if err != nil {
		return 0, err
	}
	if !(n >= -1e9 && n <= 1e9) || n != float64(int(n)) {
		return 0, refuse("command", "%s must be a whole number, not %g", name, n)
	}
	return int(n), nil
}

// truth reads an optional yes or no.
func truth(v safejs.Value, name string) (bool, error) {
	f, err := v.Get(name)
	if err != nil {
		return false, err
	}
	return f.Truthy()
}
