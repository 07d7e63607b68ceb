// Package gomlxengine trains both networks on GoMLX v0.26.0: on XLA (CUDA GPUs
// and the CPU), which is what it is for, and in a portable mode on GoMLX's
// pure-Go backend, which is slow (about 30 images a second and processor) and is
// what the tests run. It is the only importer of GoMLX; GoMLX's documentation on
// the web is of another version, only the module's own source counts.
//
// # How it is used
//
// A run is core/train's; the device computes its steps:
//
//	d, err := gomlxengine.Open(gomlxengine.XLA) // or Best, Portable, CUDA, CPU, a plugin's path
//	r, err := d.NewRunner(cfg)
//	defer r.Close()
//	t, err := train.New(cfg, data, train.Options{Engine: r}) // or train.Resume
//	err = t.Run(hooks)                          // d.Description() is the device, d.Reasons() why no faster one
//
// The engine "gomlx" opens Best. The engine "auto" opens XLA and, where that
// fails, trains with the core and says why: the error of Open. Batches, the
// learning rate, validation, history, checkpoints and resume are core/train's
// own, so a run moves between engines by Save and Resume. A step is not
// interrupted; a hook that stops the run takes effect after it.
//
// Engine is the layer below, one network on one device: LoadState, TrainStep,
// EvalStep, Snapshot. It belongs to one goroutine; beside it only the feed of the
// next batches works.
//
// # Graphs
//
// Both modes build the same graphs and differ in three primitives only:
// convolution, pooling and the gradients of slices (primitives.go,
// portable.go). Tensors have PyTorch's names, shapes and layouts (NCHW, OIHW,
// Linear [out,in]), so that no weight is ever permuted. The layers are our own
// where GoMLX's differ from PyTorch's: ReLU's gradient at 0, BatchNorm's running
// variance and momentum, dropout of whole channels. A step is a pure function:
// the state is donated to it and comes back as its result.
//
// # Plugins
//
// XLA comes as a PJRT plugin, a shared library that is found at run time by
// its path ($ATELIER_PJRT), or in the folders that GoMLX searches. Nothing is
// downloaded unless InstallPlugin is called. A plugin is first tried in a child
// process, its version is checked, and a small graph is computed on it.
//
// # Several GPUs
//
// Device.Spread lets several GPUs of one machine share each batch. It is
// experimental (spread.go).
//
// # Beyond one machine
//
// GoMLX v0.26.0 cannot join machines: go-xla does not wire the key-value
// store through which PJRT's processes meet. What would carry training further
// is our own: the core's tree of shards already fixes the order in which
// gradients are added, so processes on several machines could each compute
// some shards of a batch and send their partial sums (1.6 million numbers for
// Model 1, 0.3 million for Model 2, a step) to the node above them in the tree,
// with the same bits as one machine; or each could train alone and average the
// weights every k steps. Both need a transport and a protocol for members that
// fail, neither of which exists here.
package gomlxengine
