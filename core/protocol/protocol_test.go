package protocol

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"atelier/core/train"
)

func TestCommandsAreNamedOnce(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range Commands {
		if c.Name == "" || seen[c.Name] || c.Request == nil || c.Result == nil || c.Seconds < 0 {
			t.Errorf("the command %q is there twice, or not whole", c.Name)
		}
		seen[c.Name] = true
	}
}

// constants lists the string constants of this package by type, in their order.
func constants(t *testing.T) map[string]int {
	t.Helper()
	files, err := filepath.Glob("*.go")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	count := map[string]int{}
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, decl := range file.Decls {
			if gen, ok := decl.(*ast.GenDecl); ok && gen.Tok == token.CONST {
				for _, spec := range gen.Specs {
					if id, ok := spec.(*ast.ValueSpec).Type.(*ast.Ident); ok {
						count[id.Name]++
					}
				}
			}
		}
	}
	return count
}

func TestEnumsListAllConstants(t *testing.T) {
	listed := map[string]int{}
	for _, e := range Enums {
		listed[e.Type.Name()] = len(e.Values)
	}
	if declared := constants(t); !maps.Equal(declared, listed) {
		t.Errorf("declared %v\nlisted %v", declared, listed)
	}
}

func TestRecipesAreTheTrainers(t *testing.T) {
	for _, model := range []ModelName{Model1, Model2} {
		var names []string
		for _, r := range Recipes(model) {
			names = append(names, string(r.Name))
		}
		if !slices.Equal(names, []string{"report", "best", "sketch"}) {
			t.Errorf("the recipes of %s are %v", model, names)
		}
	}
	b, err := json.Marshal(Recipes(Model1)[0])
	const want = `{"name":"report","epochs":12,"lr":0.001,"weight_decay":`
	if err != nil || !strings.HasPrefix(string(b), want) {
		t.Errorf("%s, %v, want %s...", b, err, want)
	}
}

// The fields of an event that the trainer tells, and those of its record, are
// the trainer's.
func TestEventsAreTheTrainers(t *testing.T) {
	told := jsonNames(reflect.TypeFor[train.Event]())
	for name, event := range map[string]any{train.EventEpoch: EpochEvent{}, train.EventStep: StepEvent{}, train.EventValidating: ValidatingEvent{}, train.EventDone: EndEvent{}} {
		typ := reflect.TypeOf(event)
		if word := typ.Field(0).Tag.Get("const"); word != name && typ != reflect.TypeFor[EndEvent]() {
			t.Errorf("%s is called %q, the trainer says %q", typ.Name(), word, name)
		}
		for field := range jsonNames(typ) {
			if !told[field] {
				t.Errorf("%s has a field %s that the trainer does not tell", typ.Name(), field)
			}
		}
	}
	if mine, theirs := jsonNames(reflect.TypeFor[EpochRecord]()), jsonNames(reflect.TypeFor[train.Record]()); !maps.Equal(mine, theirs) {
		t.Errorf("an epoch's record has %v, the trainer's %v", mine, theirs)
	}
}

// jsonNames are the names of a struct's fields, with those of embedded structs.
func jsonNames(t reflect.Type) map[string]bool {
	out := map[string]bool{}
	for _, f := range reflect.VisibleFields(t) {
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && !f.Anonymous {
			out[name] = true
		}
	}
	return out
}

func TestChangeLimits(t *testing.T) {
	want := map[ChangeKey]Range{
		"lr": {1e-9, 1e9}, "weight_decay": {0, 10}, "dropout": {0, 2}, "label_smoothing": {0, .9}, "epochs": {1, 1000},
	}
	got := ChangeLimits()
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	for key, r := range got {
		for _, value := range []float64{r.Min, r.Max} {
			if err := (train.Change{Key: string(key), Value: value}).Validate(); err != nil {
				t.Errorf("%s cannot be %g: %v", key, value, err)
			}
		}
		if (train.Change{Key: string(key), Value: r.Max + 1}).Validate() == nil {
			t.Errorf("%s can be %g", key, r.Max+1)
		}
	}
	if _, _, ok := train.ChangeRange("batch"); ok {
		t.Error("batch can change in a run")
	}
}

// codes finds the error codes in the sources of a worker.
var codes = regexp.MustCompile(`refuse\("(\w+)"|[Cc]ode"?: "(\w+)"|code: '(\w+)'`)

func TestCodesAreThoseOfTheWorker(t *testing.T) {
	var paths []string
	for _, pattern := range []string{"../../wasm/*.go", "../../web/src/worker/*.ts", "../../web/src/run/local.ts"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, err)
		}
		paths = append(paths, found...)
	}
	used := map[string]bool{}
	for _, path := range paths {
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range codes.FindAllStringSubmatch(string(b), -1) {
			used[m[1]+m[2]+m[3]] = true
		}
	}
	for _, c := range Codes {
		if !used[c.Code] {
			t.Errorf("nobody says %q", c.Code)
		}
		delete(used, c.Code)
	}
	for code := range used {
		t.Errorf("%q is said and not declared", code)
	}
}
