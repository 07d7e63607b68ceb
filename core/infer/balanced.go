package infer

import "atelier/core/nn"

// Balanced picks from index up to each images of every class, the first ones.
// Classes take turns, so that every beginning of the list is balanced too.
func Balanced(images Images, index []int32, each int) []int32 {
	var of [nn.Labels][]int32
	for _, at := range index {
		if c := images.Label(int(at)); len(of[c]) < each {
			of[c] = append(of[c], at)
		}
	}
	var out []int32
	for turn := range each {
		for _, class := range of {
			if turn < len(class) {
				out = append(out, class[turn])
			}
		}
	}
	return out
}
