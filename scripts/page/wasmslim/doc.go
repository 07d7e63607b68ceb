// Package wasmslim makes the Go linker's WebAssembly programs smaller to download, and
// faster. In goes a program, out comes its smaller twin, which computes the same, bit by
// bit, and whether something of it was not known and stays as it was.
//
// A pass has its place if it makes a step 3 % faster or the download 100 KB smaller, and
// knows nothing that is one Go version's own:
//
//   - segments: the linker leaves out every run of zeros, which makes tens of thousands of
//     segments, each with an address that does not compress. [join] joins them: zeros
//     compress to nothing.
//   - lines: the runtime's table of functions says from which line of which file every
//     instruction comes. A panic's trace keeps the names of functions and loses the lines
//     ([functions.dropLines]). This needs joined segments, and the two count as one.
//   - offsets: Go's compiler adds up the address of every float32 and float64 that it loads
//     or stores ([foldOffsets]).
//   - values: it sends some values through memory ([forward]).
package wasmslim
