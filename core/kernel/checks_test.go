package kernel

import (
	"bytes"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// kernelLoops returns, for every file of the package, the first and last lines of the
// bodies of all loops.
func kernelLoops(t *testing.T) map[string][][2]int {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	loops := map[string][][2]int{}
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, name, nil, parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if loop, ok := n.(*ast.ForStmt); ok {
				loops[name] = append(loops[name], [2]int{set.Position(loop.Body.Lbrace).Line, set.Position(loop.Body.Rbrace).Line})
			}
			return true
		})
	}
	return loops
}

// The loops of the generated kernels hold no bounds check, in either target: each
// would end a block of straight-line code. The compiler lists the checks that it
// could not prove away.
func TestGeneratedLoopsHaveNoBoundsChecks(t *testing.T) {
	if runtime.GOOS == "js" {
		t.Skip("no compiler runs under js")
	}
	goTool, err := exec.LookPath("go")
	if err != nil {
		t.Skip("the go command is not on the path")
	}
	loops := kernelLoops(t)
	found := regexp.MustCompile(`(\w+_gen\.go):(\d+):\d+: Found Is`)
	for _, target := range [][]string{{"GOOS=linux", "GOARCH=amd64"}, {"GOOS=js", "GOARCH=wasm"}} {
		cmd := exec.Command(goTool, "build", "-gcflags=-d=ssa/check_bce", "-o", os.DevNull, ".")
		cmd.Env = append(os.Environ(), target...)
		out, err := cmd.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %v\n%s", target, err, out)
		}
		checks := found.FindAllSubmatch(out, -1)
		if len(checks) == 0 {
			t.Errorf("%v: the compiler lists no check at all, so this test sees nothing:\n%s", target, bytes.TrimSpace(out))
		}
		for _, m := range checks {
			line, _ := strconv.Atoi(string(m[2]))
			if slices.ContainsFunc(loops[string(m[1])], func(l [2]int) bool { return l[0] < line && line < l[1] }) {
				t.Errorf("%v: bounds check in a loop: %s:%d", target, m[1], line)
			}
		}
	}
}

// A step allocates nothing once every buffer has been used.
func TestKernelsDoNotAllocate(t *testing.T) {
	in, out, n := Grid{32, 28, 28}, Grid{64, 28, 28}, 33
	pooled := Grid{64, 14, 14}
	conv, first := NewConv(in, out, Winograd), NewConv(Grid{1, 28, 28}, in, Winograd)
	dense := NewDense(128, 128, n)
	w, w1, wd := fill(9*32*64, 1), fill(9*32, 2), fill(128*128, 3)
	image, x, y, dx := make([]float32, n*Grid{1, 28, 28}.Len()), make([]float32, n*in.Len()), make([]float32, n*pooled.Len()), make([]float32, n*in.Len())
	arg, bias := make([]uint8, n*64*196), fill(128, 4)
	dw, dwd, f, g := make([]float32, len(w)), make([]float32, len(wd)), fill(n*128, 5), make([]float32, n*128)
	mean, m2 := make([]float64, 64), make([]float64, 64)
	step := func() {
		first.Pack(w1, false)
		conv.Pack(w, true)
		dense.Pack(wd, true)
		first.Forward(x, image, bias, true, n)
		conv.ForwardPool(y, arg, x, bias, n)
		BNStats(mean, m2, y, pooled, Leaf)
		BNForward(y, y, bias, bias, true, pooled, n)
		dense.Forward(g, f, bias, true, n)
		dense.BackwardWeight(dwd, f, g, n)
		dense.BackwardInput(f, g, n)
		conv.BackwardPool(dx, dw, x, y, arg, Leaf)
		ReLUBackward(dx, x)
		first.BackwardWeight(dw, image, dx, Leaf)
		BiasGradient(bias, dx, in, n)
	}
	step()
	if a := testing.AllocsPerRun(1, step); a != 0 {
		t.Errorf("a step allocates %v times", a)
	}
}

func TestTheOtherKernelsDoNotAllocate(t *testing.T) {
	const n = 33
	g, half := Grid{32, 14, 14}, Grid{32, 7, 7}
	direct, dense := NewConv(Grid{3, 5, 7}, Grid{4, 5, 7}, Direct), NewDense(12544, 128, n)
	direct.Pack(fill(9*3*4, 1), true)
	few, more := make([]float32, n*Grid{3, 5, 7}.Len()), make([]float32, n*Grid{4, 5, 7}.Len())
	wide, narrow, w := fill(n*12544, 2), make([]float32, n*128), fill(12544*128, 3)
	x, y, flat := make([]float32, n*g.Len()), make([]float32, n*half.Len()), make([]float32, n*32*196)
	arg, scales, c := make([]uint8, n*32*49), fill(n*32, 4), fill(32, 5)
	sum, sumX, bias := make([]float64, 32), make([]float64, 32), make([]float32, 128)
	logits, d, losses, labels := fill(n*10, 6), make([]float32, n*10), make([]float64, n), make([]uint8, n)
	step := func() {
		direct.Forward(more, few, c[:4], true, n)
		direct.Backward(few, w[:9*3*4], few, more, Leaf)
		dense.Pack(w, true)
		dense.Forward(narrow, wide, bias, true, n)
		dense.BackwardWeight(w, wide, narrow, n)
		dense.BackwardInput(wide, narrow, n)
		DenseBiasGradient(c, narrow[:n*32], 32, n)
		Unflatten(x, flat, g, n)
		BNBackwardStats(sum, sumX, x, x, x, c, c, true, g, Leaf)
		BNBackward(x, x, x, c, c, c, g, n)
		ScaleChannels(x, scales, g, n)
		MaxPool(y, arg, x, g, n)
		MaxPoolBackward(x, y, arg, g, n)
		GlobalAvgPool(scales, y, half, n)
		GlobalAvgPoolBackward(y, scales, half, n)
		Flatten(flat, x, g, n)
		Scale(flat, flat)
		SoftmaxCrossEntropy(d, losses, logits, labels, 0.1, n, n)
		Softmax(d, logits, n)
	}
	step()
	if a := testing.AllocsPerRun(1, step); a != 0 {
		t.Errorf("a step allocates %v times", a)
	}
}
