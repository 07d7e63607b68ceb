// Package wasmslim makes the Go linker's WebAssembly programs smaller to download, and
// faster. In goes a program, out comes its smaller twin, which computes the same, bit by
// bit, and whether something of it was not known and stays as it was.
//
//   - segments: the linker leaves out every run of zeros, which makes tens of thousands of
//     segments, each with an address that does not compress. [join] joins them: zeros
//     compress to nothing.
//   - lines: the runtime's table of functions says from which line of which file every
//     instruction comes. A panic's trace keeps the names of functions and loses the lines
//     ([functions.dropLines]).
//   - offsets: Go's compiler adds up the address of every float32 and float64 that it loads
//     or stores ([foldOffsets]).
//   - values: it sends some values through memory ([forward]).
//
// # What a pass earns
//
// A pass has its place if it makes a step 3 % faster or the download 100 KB smaller, and
// knows no table that is one Go version's own. The best one was added first, then the best
// of the others:
//
//	pass        bytes of Brotli     a step of Model 1   of Model 2   lines of code
//	none              1,107,319              102.6 ms     173.9 ms
//	segments            -91,306              the same     the same              62
//	lines               -59,380              the same     the same             114
//	offsets             -11,973                 -15 %        -11 %              37
//	values                 -376                  +1 %         -8 %             279
//	all                 944,284               90.4 ms     139.4 ms             885
//
// The lines cannot be found before segments are joined, so the two count as one, of 151 KB.
// Without lines the program is larger than the 1,000,000 bytes that are promised. The
// table of functions has been the same since Go 1.20, and says when it is another.
//
// These did not earn theirs, on top of all that:
//
//	straight jumps               -36,135   -2.2 %   -2.1 %   101
//	returns and dead code           +252                      36
//	shorter calls                -75,000                     275   knew the numbers of blocks
//	moved and shorter tables     -33,000                     351   knew the facts of functions
//	numbers of blocks            -58,147                     302   knew the maps of the stack
//	tables worked out at start   -44,226                     130   knew the module's data
//
// With all of these together a step took 0.9 % less time for Model 1 and 0.7 % less for
// Model 2, by the medians of 40 rounds.
//
// Measured in the built page in Chromium 156, with one worker, on two processors that did
// much else: every page in turn for 12 steps of 16 images (8 in the 40 rounds, of straight
// jumps too), in 15 rounds. Times are medians, and per cents the medians over the rounds
// of one page's time against another's. Shorter calls and moved tables are their shares of
// one difference. To measure again on a quiet machine:
//
//	go run ./scripts/page -measure 9 [OTHER.wasm ...]
package wasmslim
