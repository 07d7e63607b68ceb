package train

// Record is a finished epoch: a row of history.csv.
type Record struct {
	Epoch     int     `json:"epoch"` // counted from 1
	Step      int     `json:"step"`  // done at its end
	TrainLoss float64 `json:"train_loss"`
	TrainAcc  float64 `json:"train_acc"`
	ValLoss   float64 `json:"val_loss"`
	ValAcc    float64 `json:"val_acc"`
	LR        float64 `json:"lr"`
	Seconds   float64 `json:"seconds"`
	// WeightsSHA256 is the run's fingerprint after the epoch; history.csv leaves
	// it out.
	WeightsSHA256 string `json:"weights_sha256"`
}

// History is the finished epochs of a run, in order.
type History []Record
