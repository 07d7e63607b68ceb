package nn

// Model1 is the report's baseline: 1,625,866 parameters. Flatten stands before
// the first dropout: dropping single elements commutes with it, and masks over
// features need no border.
var Model1 = Spec{
	Name: "model1", Title: "Model 1: baseline CNN",
	Mean: .2860, Std: .3530,
	Layers: Sequential( //                       1×28×28
		Conv2d("conv1", 1, 32, ReLU),      //   32×28×28
		Conv2d("conv2", 32, 64, ReLU),     //   64×28×28
		MaxPool2d("pool"),                 //   64×14×14
		Flatten(),                         //      12544
		Dropout("dropout", .25),           //      12544
		Linear("fc1", 12544, 128, ReLU),   //        128
		Dropout("dropout", .25),           //        128
		Linear("fc2", 128, Labels, Plain), //         10
	),
}

// Model2 is the report's deeper network: 295,786 parameters.
var Model2 = Spec{
	Name: "model2", Title: "Model 2: deeper CNN",
	Mean: .5, Std: .5,
	Layers: Sequential( //                             1×28×28
		ConvBNReLU("features.0", 1, 32),           //   32×28×28
		ConvBNReLU("features.1", 32, 32),          //   32×28×28
		MaxPool2d("features.2"),                   //   32×14×14
		Dropout2d("features.3", .05),              //   32×14×14
		ConvBNReLU("features.4", 32, 64),          //   64×14×14
		ConvBNReLU("features.5", 64, 64),          //   64×14×14
		MaxPool2d("features.6"),                   //     64×7×7
		Dropout2d("features.7", .10),              //     64×7×7
		ConvBNReLU("features.8", 64, 128),         //    128×7×7
		ConvBNReLU("features.9", 128, 128),        //    128×7×7
		Dropout2d("features.10", .15),             //    128×7×7
		GlobalAvgPool("gap"),                      //        128
		Linear("classifier.1", 128, 64, ReLU),     //         64
		Dropout("classifier.3", .20),              //         64
		Linear("classifier.4", 64, Labels, Plain), //       10
	),
}
