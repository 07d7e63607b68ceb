package wasmslim

// writer writes instructions one after the other.
type writer struct{ code []instruction }

func (w *writer) add(all ...instruction) *writer {
	w.code = append(w.code, all...)
	return w
}

func (w *writer) do(ops ...byte) *writer {
	for _, op := range ops {
		w.add(plain(op))
	}
	return w
}

func (w *writer) get(variable int) *writer  { return w.add(numbered(opLocalGet, int64(variable))) }
func (w *writer) set(variable int) *writer  { return w.add(numbered(opLocalSet, int64(variable))) }
func (w *writer) tee(variable int) *writer  { return w.add(numbered(opLocalTee, int64(variable))) }
func (w *writer) call(function int) *writer { return w.add(numbered(opCall, int64(function))) }
func (w *writer) constant(v int) *writer    { return w.add(signedNumber(opI32Const, int64(v))) }

// reach loads or stores so far from an address.
func (w *writer) reach(op byte, offset int) *writer {
	return w.add(instruction{op, []byte{op, 0, 0}, 0}.reaching(int64(offset)))
}

// begin begins a block without a value, which the caller ends.
func (w *writer) begin(op byte) *writer { return w.add(instruction{op, []byte{op, noValue}, 0}) }

// loop repeats the body while it leaves another number than zero.
func (w *writer) loop(body func()) {
	w.begin(opLoop)
	body()
	w.add(numbered(opBrIf, 0)).do(end)
}

// when does the body if there is another number than zero.
func (w *writer) when(body func()) {
	w.begin(opIf)
	body()
	w.do(end)
}

// function returns a function of the code, with so many variables of i32.
func (w *writer) function(variables byte) []byte {
	f := []byte{0}
	if variables > 0 {
		f = []byte{1, variables, typeI32}
	}
	return withSize(append(append(f, encode(w.code)...), end))
}
