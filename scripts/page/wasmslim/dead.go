package wasmslim

// dropDead leaves out what is behind a jump, up to the end of the block that
// it is in: nothing leads there.
func dropDead(all []instruction) (alive []instruction, found bool) {
	dead, depth := false, 0 // and the blocks within what is dead
	for _, x := range all {
		switch {
		case !dead:
			alive = append(alive, x)
			dead = x.op == opBr || x.op == opReturn || x.op == opUnreachable || x.op == opBrTable
			continue
		case x.op == opBlock || x.op == opLoop || x.op == opIf:
			depth++
		case depth == 0 && (x.op == end || x.op == opElse):
			alive = append(alive, x)
			dead = false
		case x.op == end:
			depth--
		}
		found = found || dead
	}
	return alive, found
}
