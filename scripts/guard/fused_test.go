package guard

import (
	"bytes"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// fused finds the arm64 instructions that round a product and a sum once, in
// the compiler's listing: FMADD, FMSUB, FNMADD, FNMSUB with S or D, and the
// vector forms.
var fused = regexp.MustCompile(`\(([^()]+:\d+)\)\t(V?FN?M(?:ADD|SUB)[SD]?|V?FML[AS])\b`)

// fusedLines returns "file:line INSTRUCTION", each once.
func fusedLines(listing []byte) []string {
	var lines []string
	for _, m := range fused.FindAllSubmatch(listing, -1) {
		lines = append(lines, string(m[1])+" "+string(m[2]))
	}
	slices.Sort(lines)
	return slices.Compact(lines)
}

// On arm64 the compiler turns a*b + c into one instruction that rounds once, so
// its bits differ from those of amd64 and wasm. float32(a*b) + c may not be
// fused: the language forbids it. So no package of the core may contain such an
// instruction.
//
// The compiler sees products where the source has none: x/2 is x*0.5. And it
// turns x*2 into x+x before it looks, so that with a product for x even
// float32(x*2) is fused: round x too.
func TestNothingIsFusedOnArm64(t *testing.T) {
	cmd := exec.Command("go", "build", "-gcflags=-S", "./core/...")
	cmd.Dir, cmd.Env = root, append(os.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0")
	listing, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("the core does not build for arm64: %v\n%s", err, listing)
	}
	if !bytes.Contains(listing, []byte("FMULS")) || !bytes.Contains(listing, []byte("kernel.(*Conv).Forward")) {
		t.Fatal("the listing holds no kernels: is it the compiler's?")
	}
	for _, line := range fusedLines(listing) {
		t.Errorf("%s: round the product first, float32(a*b) + c", line)
	}
}

func TestTheRuleOnFusingNotices(t *testing.T) {
	dir := t.TempDir()
	source := "package x\n\nfunc fuse(a, b, c float32) float32 { return a*b + c }\nfunc round(a, b, c float32) float32 { return float32(a*b) + c }\nfunc negative(a, b, c float64) float64 { return c - a*b }\n"
	for name, body := range map[string]string{"x.go": source, "go.mod": "module x\n\ngo 1.26\n"} {
		if err := os.WriteFile(dir+"/"+name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	cmd := exec.Command("go", "build", "-gcflags=-S", ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "GOARCH=arm64", "GOOS=linux", "CGO_ENABLED=0", "GOFLAGS=")
	listing, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, listing)
	}
	got := fusedLines(listing)
	if len(got) != 2 || !strings.Contains(got[0], "x.go:3 FMADDS") || !strings.Contains(got[1], "x.go:5 F") {
		t.Errorf("found %v, want lines 3 and 5", got)
	}
}

// The core compiles for the targets that users run and for others that it may
// meet, 32 bits and the other byte order among them.
func TestCoreCompilesElsewhere(t *testing.T) {
	targets := []string{"js/wasm", "linux/arm64", "darwin/arm64", "windows/amd64", "linux/386", "linux/s390x"}
	if testing.Short() {
		targets = targets[:2]
	}
	for _, target := range targets {
		t.Run(strings.ReplaceAll(target, "/", " "), func(t *testing.T) {
			goos, goarch, _ := strings.Cut(target, "/")
			packages := []string{"build", "./core/..."}
			if goos == "js" {
				packages = append(packages, "./wasm/...")
			}
			run(t, []string{"GOOS=" + goos, "GOARCH=" + goarch, "CGO_ENABLED=0"}, packages...)
		})
	}
}
