package gomlxengine

import (
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
)

// The programs that scripts/gpu-run meets on a GPU machine, as shells.
const (
	fakeAtelier = `#!/bin/bash
echo "$* PJRT=$ATELIER_PJRT XLA_FLAGS=$XLA_FLAGS TF32=$NVIDIA_TF32_OVERRIDE LIBRARIES=$LD_LIBRARY_PATH" >>"$SEEN"
case "$1" in
train)
  while [ $# -gt 0 ]; do
    case "$1" in -out) out=$2 ;; -model) model=$2 ;; esac
    shift
  done
  [ "$model" != "${BREAKS:-}" ] || exit 1
  mkdir -p "$out"
  for f in last best best-val_acc; do head -c 100 /dev/zero >"$out/$f.safetensors"; done
  echo '{}' >"$out/run.json"
  printf 'epoch,train_loss,train_acc,val_loss,val_acc,lr,seconds\n1,1,.5,1,.5,.001,30.5\n2,1,.6,1,.875,.001,1.25\n' >"$out/history.csv" ;;
eval) echo '{"model":"fake","accuracy":0.9,"loss":0.3}' ;;
esac
`
	fakeDriver = `#!/bin/bash
case "$*" in
*-lms*) while :; do echo "2026/01/01 00:00:00.000, 93, 1024, 300.5"; sleep 0.05; done ;;
*) echo "NVIDIA H200, 580.0, 143771 MiB" ;;
esac
`
)

// TestGPURunScript walks scripts/gpu-run on a machine that only looks like one
// with a GPU: what it finds, hands on, brings back and says.
func TestGPURunScript(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("scripts/gpu-run is for Linux")
	}
	for _, program := range []string{"bash", "python3"} {
		if _, err := exec.LookPath(program); err != nil {
			t.Skipf("no %s", program)
		}
	}
	for _, tt := range []struct {
		name, breaks string
		fails        bool
		files        []string
		says         string
	}{
		{"all goes well", "", false, []string{
			"gpu.csv", "log",
			"model1/best.safetensors", "model1/history.csv", "model1/run.json",
			"model2/best.safetensors", "model2/history.csv", "model2/run.json",
		}, "model1: first epoch 30.50 s, then median 1.25 s; best validation accuracy 0.8750"},
		{"a network fails", "model1", true, []string{
			"gpu.csv", "log", "model2/best.safetensors", "model2/history.csv", "model2/run.json",
		}, "FAILED: model1"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			site, out, seen := filepath.Join(dir, "site"), filepath.Join(dir, "out"), filepath.Join(dir, "seen")
			plugin := filepath.Join(site, "jax_plugins", "xla_cuda13", "xla_cuda_plugin.so")
			script, err := os.ReadFile(filepath.Join("..", "..", "scripts", "gpu-run"))
			if err != nil {
				t.Fatal(err)
			}
			write(t, plugin, "")
			write(t, filepath.Join(site, "nvidia", "cu13", "nvvm", "libdevice", "libdevice.10.bc"), "")
			write(t, filepath.Join(site, "nvidia", "cu13", "lib", "libcublas.so.13"), "")
			write(t, filepath.Join(dir, "bin", "nvidia-smi"), fakeDriver)
			write(t, filepath.Join(dir, "pack", "atelier"), fakeAtelier)
			write(t, filepath.Join(dir, "pack", "gpu-run"), string(script))
			cmd := exec.Command(filepath.Join(dir, "pack", "gpu-run"), out)
			cmd.Env = append(os.Environ(), "PATH="+filepath.Join(dir, "bin")+":"+os.Getenv("PATH"), "PYTHONPATH="+site,
				"SEEN="+seen, "BREAKS="+tt.breaks, "PLUGIN=", "XLA_FLAGS=", "LD_LIBRARY_PATH=", "EPOCHS=", "LIMIT=", "GPUS=")
			said, err := cmd.CombinedOutput()
			if (err != nil) != tt.fails {
				t.Fatalf("it ends with %v:\n%s", err, said)
			}
			if got := filesIn(t, out); !slices.Equal(got, tt.files) {
				t.Errorf("it leaves %v, want %v", got, tt.files)
			}
			for _, want := range []string{tt.says, "NVIDIA H200", "GPU utilization: mean 93 %"} {
				if !strings.Contains(string(said), want) {
					t.Errorf("it does not say %q:\n%s", want, said)
				}
			}
			asked, err := os.ReadFile(seen)
			if err != nil {
				t.Fatal(err)
			}
			lines := strings.Split(string(asked), "\n")
			if !strings.HasPrefix(lines[0], "xla -check PJRT="+plugin+" ") || !strings.Contains(lines[0], "TF32=0") {
				t.Errorf("first is %q, not the check of the arithmetic without TF32", lines[0])
			}
			for _, want := range []string{
				"train -model model1 -recipe report -seed 42 -engine gomlx", "train -model model2 ", "PJRT=" + plugin,
				"--xla_gpu_cuda_data_dir=" + filepath.Join(site, "nvidia", "cu13"), "LIBRARIES=" + filepath.Join(site, "nvidia", "cu13", "lib"),
			} {
				if !strings.Contains(string(asked), want) {
					t.Errorf("the program is never asked for %q:\n%s", want, asked)
				}
			}
		})
	}
}

// write writes an executable file, and its folders.
func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
}

// filesIn lists the files below a folder.
func filesIn(t *testing.T, dir string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			rel, _ := filepath.Rel(dir, path)
			files = append(files, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	return files
}
