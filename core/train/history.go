package train

// Record is a finished epoch: a row of history.csv.
type Record struct {
	Epoch     int     `json:"epoch"` // counted from 1
	TrainLoss float64 `json:"train_loss"`
	TrainAcc  float64 `json:"train_acc"`
	ValLoss   float64 `json:"val_loss"`
	ValAcc    float64 `json:"val_acc"`
	LR        float64 `json:"lr"`
	Seconds   float64 `json:"seconds"`
}

// History is the finished epochs of a run, in order.
type History []Record
