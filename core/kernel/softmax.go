package kernel

// classes is the number of classes of Fashion-MNIST, the width of all logits.
const classes = 10

// Softmax writes the probabilities p [n][10] of logits [n][10].
func Softmax(p, logits []float32, n int) {
	for i := range n {
		var e [classes]float64
		sum, _ := exponentials(&e, logits[i*classes:][:classes])
		for c, v := range e {
			p[i*classes+c] = float32(v / sum)
		}
	}
}

// SoftmaxCrossEntropy computes each image's loss, losses [n], from logits
// [n][10] and labels [n]: PyTorch's CrossEntropyLoss with label smoothing.
// dlogits [n][10], unless nil, becomes the gradient of the mean over a batch of
// batch images, of which these n are a part.
func SoftmaxCrossEntropy(dlogits []float32, losses []float64, logits []float32, labels []uint8, smoothing float32, n, batch int) {
	even := float64(smoothing) / classes
	top := 1 - float64(smoothing)
	for i := range n {
		var e [classes]float64
		z := logits[i*classes:][:classes]
		sum, largest := exponentials(&e, z)
		logSum := Log(sum) + float64(largest)
		label := int(labels[i])
		loss := float64(top * (logSum - float64(z[label])))
		if even != 0 {
			for _, v := range z {
				loss += float64(even * (logSum - float64(v)))
			}
		}
		losses[i] = loss
		if dlogits == nil {
			continue
		}
		for c, v := range e {
			target := even
			if c == label {
				target += top
			}
			dlogits[i*classes+c] = float32((v/sum - target) / float64(batch))
		}
	}
}

// exponentials writes exp(z - max z) to e and returns their sum and max z.
func exponentials(e *[classes]float64, z []float32) (sum float64, largest float32) {
	largest = z[0]
	for _, v := range z {
		if v > largest || v != v {
			largest = v
		}
	}
	for c, v := range z {
		e[c] = Exp(float64(v) - float64(largest))
		sum += e[c]
	}
	return sum, largest
}
