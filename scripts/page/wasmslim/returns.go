package wasmslim

// A function of Go's that returns moves the stack pointer twice: over its frame, and
// over the return address.
var leaves = []byte{opLocalGet, opI32Const, opI32Add, opLocalTee, opGlobalTo, opLocalGet, opI32Const, opI32Add, opLocalTee, opGlobalTo, opI32Const, opReturn}

// shortenReturns moves it once.
func shortenReturns(all []instruction) (short []instruction, found bool) {
	for i := 0; i < len(all); i++ {
		if !begins(all[i:], leaves) || all[i].value != stackPointer || all[i+3].value != stackPointer || all[i+4].value != 0 ||
			all[i+5].value != stackPointer || all[i+8].value != stackPointer || all[i+9].value != 0 {
			short = append(short, all[i])
			continue
		}
		short = append(short, all[i], signedNumber(opI32Const, all[i+1].value+all[i+6].value), all[i+2], all[i+9], all[i+10], all[i+11])
		i += len(leaves) - 1
		found = true
	}
	return short, found
}
