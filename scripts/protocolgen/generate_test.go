package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"atelier/core/protocol"
)

const root = "../.."

func TestTheFileIsFresh(t *testing.T) {
	want, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile(filepath.Join(root, output))
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is not what core/protocol says now: run go generate ./core/protocol", output)
	}
}

// number types, documents and unions of every kind, written out.
type (
	// Inner is embedded.
	Inner struct {
		Kept string `json:"kept"`
		Over string `json:"over"`
	}
	Outer struct {
		Inner
		Over  *float64           `json:"over"`
		Maybe int                `json:"maybe,omitempty"`
		Bytes []uint8            `json:"bytes"`
		Paint protocol.Clamped   `json:"paint"`
		Rows  [2][3]int          `json:"rows"`
		Model protocol.ModelName `json:"model"`
		Fixed string             `json:"fixed" const:"it"`
		Idle  int                `json:"idle" ts:"-"`
		Away  int                `json:"-"`
		Times map[string]*int    `json:"times"`
	}
)

func TestFieldsOfAStruct(t *testing.T) {
	s := newShapes(docs{"protocolgen.Outer.Maybe": "said of it"})
	sh, err := s.shape(reflect.TypeFor[Outer]())
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	sh.write(&b)
	sh.writeSchema(&b)
	const want = `
export interface Outer {
  kept: string
  over: number | null
  /** Said of it */
  maybe?: number
  bytes: Uint8Array
  paint: Uint8ClampedArray
  rows: number[][]
  model: ModelName
  fixed: 'it'
  times: Record<string, number | null>
}
    Outer: { fields: { kept: 'string', over: 'number|null', 'maybe?': 'whole', bytes: 'Uint8Array', paint: 'Uint8ClampedArray', rows: 'whole[][]', model: 'ModelName', fixed: '=it', times: '{whole|null}' }, open: true },
`
	if b.String() != want {
		t.Errorf("got %s\nwant %s", b.String(), want)
	}
}

func TestWhatTheGeneratorDoesNotKnow(t *testing.T) {
	type strange struct {
		Channel chan int `json:"channel"`
	}
	if _, err := newShapes(docs{}).shape(reflect.TypeFor[strange]()); err == nil || err.Error() != "strange: Channel: the generator knows no type chan int" {
		t.Errorf("got %v", err)
	}
}
