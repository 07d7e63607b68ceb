// Package smallnets holds small networks with every kind of layer of the real
// ones, so that a test can make hundreds of steps. Only tests use it.
package smallnets

import "atelier/core/nn"

// Specs are the small networks by name.
var Specs = map[string]nn.Spec{
	"small-dropout": {
		Name: "small-dropout", Mean: .2860, Std: .3530,
		Layers: nn.Sequential( //                               1×28×28
			nn.Conv2d("conv1", 1, 4, nn.ReLU),         //   4×28×28
			nn.MaxPool2d("pool1"),                     //   4×14×14
			nn.Conv2d("conv2", 4, 8, nn.ReLU),         //   8×14×14
			nn.MaxPool2d("pool2"),                     //     8×7×7
			nn.Flatten(),                              //       392
			nn.Dropout("dropout", .25),                //       392
			nn.Linear("fc1", 392, 16, nn.ReLU),        //        16
			nn.Dropout("dropout", .25),                //        16
			nn.Linear("fc2", 16, nn.Labels, nn.Plain), //         10
		),
	},
	"small-bn": {
		Name: "small-bn", Mean: .5, Std: .5,
		Layers: nn.Sequential( //                             1×28×28
			nn.ConvBNReLU("a", 1, 4),                //   4×28×28
			nn.MaxPool2d("pool"),                    //   4×14×14
			nn.Dropout2d("drop", .2),                //   4×14×14
			nn.ConvBNReLU("b", 4, 8),                //   8×14×14
			nn.GlobalAvgPool("gap"),                 //         8
			nn.Linear("fc", 8, nn.Labels, nn.Plain), //         10
		),
	},
}
