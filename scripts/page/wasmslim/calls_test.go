package wasmslim

import (
	"bytes"
	"testing"
)

// The functions of the tests below: their own number, and what they call.
const (
	caller  = firstNumber + 7
	callee  = 30
	panics  = 31
	faults  = 32
	grows   = 33
	grows2  = 34
	others  = 40 // how many functions there are without the shared ones
	address = int64(caller) << blockBits
)

var program = shared{before: others, sigpanic: faults, morestack: grows, morestackNoContext: grows2, endless: map[int]bool{panics: true}}

// pushed puts a return address on the stack.
func pushed(block byte) []byte {
	return cat([]byte{opLocalGet, 1, opI32Const, 8, opI32Sub, opLocalTee, 1, opGlobalTo, 0, opLocalGet, 1},
		signedNumber(opI64Const, address+int64(block)).bytes, []byte{opI64Store, 3, 0})
}

// calls calls a function and goes on in a block, or leaves over so many.
func calls(target, block, blocks byte) []byte {
	return cat(pushed(block), []byte{opI32Const, 0, opCall, target}, begin, []byte{opBrIf, blocks})
}

// callsChosen calls the function whose number is on the stack.
func callsChosen(block, blocks byte) []byte {
	return cat(pushed(block), []byte{opI64Const, 16, opI64Shr, opWrap, opLocalSet, 0, opI32Const, 0, opLocalGet, 0, opIndirect, 0, 0}, begin, []byte{opBrIf, blocks})
}

// short is what a call becomes: what says which block is the next, and the call.
func short(next, call []byte) []byte {
	return cat(next, []byte{opLocalTee, 0, opLocalGet, own, opCall, others + push}, call, []byte{opIf, noValue}, one[:2], []byte{opReturn, end}, begin)
}

var counted = []byte{opLocalGet, 0, opI32Const, 1, opI32Add}

func TestShorten(t *testing.T) {
	table := []byte{0, 1, 2}
	tests := []struct {
		name       string
		code, want []byte // of the first of three pieces
	}{
		{"a call", calls(callee, 1, 3), short(counted, []byte{opCall, callee})},
		{"of what is chosen", cat([]byte{opI64Const, 5}, callsChosen(1, 3)),
			cat([]byte{opI64Const, 5}, short(counted, []byte{opDrop, opI64Const, 16, opI64Shr, opWrap, opLocalSet, 0, opI32Const, 0, opLocalGet, 0, opIndirect, 0, 0}))},
		{"of nil", only(calls(faults, faultBlock, 4)), only([]byte{opLocalGet, own, opCall, others + fault, opReturn})},
		{"for more stack", only(calls(grows, 0, 4)), only([]byte{opLocalGet, own, opCall, others + grow, opReturn})},
		{"for more stack, of a function", only(calls(grows2, 0, 4)), only([]byte{opLocalGet, own, opCall, others + growNoContext, opReturn})},
		{"without an end", calls(panics, 1, 3), []byte{opI32Const, 1, opLocalGet, own, opCall, others + push, opCall, panics, opReturn}},
		{"not one that leaves elsewhere", calls(callee, 1, 2), nil},
		{"not with another function's address", bytes.Replace(calls(callee, 1, 3), signedNumber(opI64Const, address+1).bytes, signedNumber(opI64Const, address+1<<blockBits).bytes, 1), nil},
		{"not with another block to begin with", bytes.Replace(calls(callee, 1, 3), []byte{opI32Const, 0, opCall}, []byte{opI32Const, 1, opCall}, 1), nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, ok := decode(pieced(table, tt.code, noop, leave))
			if !ok {
				t.Fatal("the code cannot be decoded")
			}
			calls, ok := findCalls(all, caller)
			if tt.want == nil {
				if ok && len(calls) > 0 {
					t.Fatalf("found %+v", calls)
				}
				return
			}
			if !ok || len(calls) != 1 {
				t.Fatalf("found %+v (%v)", calls, ok)
			}
			var v variables
			got := encode(shorten(all, calls, program, &v, counting(all, calls)))
			want := pieced(table, bytes.ReplaceAll(tt.want, []byte{opLocalGet, 2, 0x50}, []byte{opLocalGet, 3, 0x50}), noop, leave)
			want = cat(signedNumber(opI32Const, caller).bytes, []byte{opLocalSet, own}, want)
			if !v.own || !bytes.Equal(got, want) {
				t.Fatalf("became %x,\nwant   %x", got, want)
			}
		})
	}
}

// A piece to which a branch leads does not know its number.
func TestShortenAfterABranch(t *testing.T) {
	all, _ := decode(pieced([]byte{0, 1, 2, 3}, straight(opBrIf, 1), calls(callee, 2, 3), calls(callee, 3, 2), leave))
	calls, ok := findCalls(all, caller)
	if !ok || len(calls) != 2 {
		t.Fatal(calls, ok)
	}
	var v variables
	got := encode(shorten(all, calls, program, &v, counting(all, calls)))
	for _, next := range []byte{2, 3} {
		if !bytes.Contains(got, short([]byte{opI32Const, next}, []byte{opCall, callee})) {
			t.Errorf("%x has no call that goes on in %d", got, next)
		}
	}
}

func TestRenumber(t *testing.T) {
	// The compiler's numbers: 0 to 2 are the first piece, 3 and 4 the second, 5 the third, 6 to 8 the fourth.
	table := []byte{0, 0, 0, 1, 1, 2, 3}
	old := layout{depth: steps{{1, 0}, {9, 48}}, maps: steps{{2, 0}, {4, 7}, {9, 5}}}
	deep := steps{{1, 0}, {lastBlock, 48}}
	tests := []struct {
		name      string
		pieces    [][]byte
		change    func(l *layout)
		want      [][]byte
		wantMaps  steps
		wantAgain int64
	}{
		{name: "calls", pieces: [][]byte{calls(callee, 3, 4), calls(callee, 5, 3), calls(callee, 6, 2), leave},
			want:     [][]byte{calls(callee, 1, 4), calls(callee, 2, 3), calls(callee, 3, 2), leave},
			wantMaps: steps{{1, 7}, {lastBlock, 5}}},
		{name: "pieces to which nothing leads", pieces: [][]byte{noop, calls(callee, 5, 3), noop, leave},
			want: [][]byte{cat(noop, calls(callee, 1, 2)), cat(noop, leave)}, wantMaps: steps{{lastBlock, 5}}},
		{name: "a piece without code", pieces: [][]byte{calls(callee, 3, 4), nil, noop, leave},
			want: [][]byte{calls(callee, 1, 2), cat(noop, leave)}, wantMaps: steps{{lastBlock, 7}}},
		{name: "branches", pieces: [][]byte{straight(opBrIf, 2), straight(opBrIf, 0), calls(callee, 6, 2), jump(0, 0)},
			want: [][]byte{cat(straight(opBrIf, 1), straight(opBrIf, 0)), calls(callee, 2, 2), jump(0, 0)}, wantMaps: steps{{lastBlock, 5}}},
		{name: "jumps back", pieces: [][]byte{calls(callee, 3, 4), noop, calls(callee, 6, 2), jump(5, 0)},
			want: [][]byte{calls(callee, 1, 4), noop, calls(callee, 3, 2), jump(2, 0)}, wantMaps: steps{{2, 7}, {lastBlock, 5}}},
		{name: "nil", pieces: [][]byte{only(calls(faults, 2, 5)), noop, noop, leave},
			want: [][]byte{cat(only(calls(faults, faultBlock, 2)), noop, noop, leave)}},
		{name: "what has no end", pieces: [][]byte{only(noop), calls(panics, 5, 3), calls(panics, 6, 2), leave},
			want: [][]byte{cat(only(noop), callsEndless(endlessBlock), callsEndless(endlessBlock), leave)}, wantMaps: steps{{lastBlock, 5}}},
		{name: "deferred calls", pieces: [][]byte{noop, calls(callee, 5, 3), calls(callee, 6, 2), leave},
			change:   func(l *layout) { l.recover = 5 },
			want:     [][]byte{cat(noop, calls(callee, 1, 3)), calls(callee, 2, 2), leave},
			wantMaps: steps{{lastBlock, 5}}, wantAgain: 1},
		{name: "not assembly", pieces: [][]byte{noop, noop, noop, leave}, change: func(l *layout) { l.assembly = true }},
		{name: "not another depth", pieces: [][]byte{noop, noop, noop, leave}, change: func(l *layout) { l.depth = steps{{1, 0}, {3, 48}, {9, 64}} }},
		{name: "not a call at another depth", pieces: [][]byte{calls(callee, 3, 4), noop, noop, leave}, change: func(l *layout) { l.depth = steps{{4, 0}, {9, 48}} }},
		{name: "not a call that goes on elsewhere", pieces: [][]byte{calls(callee, 5, 4), noop, noop, leave}},
		{name: "not more stack in the middle", pieces: [][]byte{only(calls(grows, 2, 5)), noop, noop, leave}},
		{name: "not an address for something else", pieces: [][]byte{calls(callee, 3, 4), cat(signedNumber(opI64Const, address+3).bytes, []byte{opDrop}), noop, leave}},
		{name: "not a number for something else", pieces: [][]byte{noop, []byte{opI32Const, 1, opLocalSet, 0}, noop, leave}},
		{name: "not deferred calls with another map", pieces: [][]byte{noop, noop, noop, leave}, change: func(l *layout) { l.recover = 5 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			all, ok := decode(pieced(table, tt.pieces...))
			if !ok {
				t.Fatal("the code cannot be decoded")
			}
			calls, ok := findCalls(all, caller)
			if !ok {
				t.Fatal("the calls are not known")
			}
			before := old
			if tt.change != nil {
				tt.change(&before)
			}
			got, l, ok := renumber(all, calls, program, before)
			if tt.want == nil {
				if ok || !bytes.Equal(encode(got), encode(all)) {
					t.Fatalf("became %x", encode(got))
				}
				return
			}
			var own []byte
			for i := range tt.want {
				own = append(own, byte(i))
			}
			if want := pieced(own, tt.want...); !ok || !bytes.Equal(encode(got), want) {
				t.Fatalf("%x\nbecame %x,\nwant   %x", encode(all), encode(got), want)
			}
			if string(l.maps.bytes()) != string(tt.wantMaps.bytes()) || string(l.depth.bytes()) != string(deep.bytes()) || l.recover != tt.wantAgain {
				t.Fatalf("the layout is %+v, want maps %v and block %d for deferred calls", l, tt.wantMaps, tt.wantAgain)
			}
		})
	}
}

// callsEndless calls what does not come back, from a block beyond all.
func callsEndless(block int64) []byte {
	return bytes.Replace(calls(panics, 1, 1), signedNumber(opI64Const, address+1).bytes, signedNumber(opI64Const, address+block).bytes, 1)
}
