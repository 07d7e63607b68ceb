package main

// trainChanges break a run: its steps, its resuming, and the numbers it refuses.
var trainChanges = []Change{
	{
		Name:  "gradients are added one after the other",
		Where: "core/train", In: "SumNodes",
		From: `kernel.TreeSplit(b - a)`, To: `b - a - 1 + 0*kernel.TreeSplit(2)`,
		TestIn: "core/train", Test: "TestGradientsAreAddedInTheTree",
	},
	{
		Name:  "the optimiser's steps are counted from 2",
		Where: "core/train", In: "Trainer.update",
		From: `t.state.Step + 1`, To: `t.state.Step + 2`,
		TestIn: "core/train", Test: "TestTheFirstStepIsAsLongAsTheLearningRate",
	},
	{
		Name:  "biases decay",
		Where: "core/train", In: "Trainer.update",
		From: `!p.Decay && !t.recipe.DecayAll`, To: `!p.Decay && t.recipe.DecayAll`,
		TestIn: "core/train", Test: "TestDecaySparesBiasesAndNormalisations",
	},
	{
		Name:  "every step draws the same masks",
		Where: "core/train", In: "Trainer.work",
		From: `uint32(t.state.Step)`, To: `0*uint32(t.state.Step)`,
		TestIn: "core/train", Test: "TestAStepsMasksAreItsOwn",
	},
	{
		Name:  "every image of an epoch is varied alike",
		Where: "core/train", In: "Batches.image",
		From: `random.New(b.seed, random.Augment, _e, _p, 0)`, To: `random.New(b.seed, random.Augment, _e, 0, 0)`,
		TestIn: "core/train", Test: "TestAPictureIsOfItsPlace",
	},
	{
		Name:  "every epoch varies an image alike",
		Where: "core/train", In: "Batches.image",
		From: `random.New(b.seed, random.Augment, _e, _p, 0)`, To: `random.New(b.seed, random.Augment, 0, _p, 0)`,
		TestIn: "core/train", Test: "TestAPictureIsOfItsPlace",
	},
	{
		Name:  "the last, smaller batch is left out",
		Where: "core/train", In: "Batches.PerEpoch",
		From: `(len(b.trainSet) + b.size - 1) / b.size`, To: `len(b.trainSet) / b.size`,
		TestIn: "core/train", Test: "TestTheLastSmallerBatchIsTrainedOn",
	},
	{
		Name:  "the last of equals is the best",
		Where: "core/train", In: "Trainer.keepBest",
		From: `r.ValAcc > b.ValAcc`, To: `r.ValAcc >= b.ValAcc`,
		TestIn: "core/train", Test: "TestTheFirstOfEqualsIsTheBest",
	},
	{
		Name:  "every epoch keeps the first one's order",
		Where: "core/train", In: "Batches.At",
		From: `b.ordered != epoch+1`, To: `b.ordered == 0`,
		TestIn: "core/train", Test: "TestResumeIsExact",
	},
	{
		Name:  "moments are not resumed",
		Where: "core/train", In: "",
		From: `copy(arena[p.Off:], _m)`, To: `copy(arena[p.Off:p.Off], _m)`,
		TestIn: "core/train", Test: "TestResumeIsExact",
	},
	{
		Name:  "changes are not repeated",
		Where: "core/train", In: "Trainer.applyChanges",
		From: `c.Step > t.state.Step`, To: `c.Step != t.state.Step`,
		TestIn: "core/train", Test: "TestResumeRepeatsChanges",
	},
	{
		Name:  "a NaN for a loss goes on",
		Where: "core/optim", In: "CheckLoss",
		From: `math.IsNaN(loss) || _i`, To: `_i`,
		TestIn: "core/train", Test: "TestANaNIsSeenInOneStep",
	},
	{
		Name:  "a loss beyond all reason goes on",
		Where: "core/optim", In: "CheckLoss",
		From: `loss > HopelessLoss`, To: `loss > math.MaxFloat64`,
		TestIn: "core/train", Test: "TestALossBeyondReasonDiverges",
	},
	{
		Name:  "a NaN is saved",
		Where: "core/train", In: "Trainer.View",
		From: `what != ""`, To: `what == "" && value > 0`,
		TestIn: "core/train", Test: "TestACheckpointHoldsNumbersOnly",
	},
	{
		Name:  "a run with a step below 0 is resumed",
		Where: "core/train", In: "ReadState",
		From: `s.Step < 0`, To: `s.Step < -1000`,
		TestIn: "core/train", Test: "TestResumeRefuses",
	},
	{
		Name:  "an unknown field of a state is passed over",
		Where: "core/train", In: "ReadState",
		From: `d.DisallowUnknownFields()`, To: ``,
		TestIn: "core/train", Test: "TestResumeRefuses",
	},
	{
		Name:  "a change of anything is taken",
		Where: "core/train", In: "Change.Validate",
		From: `!(c.Value >= r.lo && c.Value <= r.hi)`, To: `c.Value < r.lo || c.Value > r.hi`,
		TestIn: "core/train", Test: "TestChangesThatCannotBe",
	},
	{
		Name:  "the average is of the weights alone",
		Where: "core/train", In: "Trainer.work",
		From: `optim.Average(t.ema.stats, _a, _b, _c, _d, _e)`, To: ``,
		TestIn: "core/train", Test: "TestTheAverageIsOfWeightsAndStatistics",
	},
}
