package train

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

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

// historyColumns are the columns of history.csv, in this order.
var historyColumns = []string{"epoch", "train_loss", "train_acc", "val_loss", "val_acc", "lr", "seconds"}

// WriteCSV writes history.csv: a row an epoch, each number with as many digits
// as it takes to read the same number back, seconds to the millisecond. What
// was not measured, NaN, is left empty.
func (h History) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	out.Write(historyColumns)
	for _, r := range h {
		out.Write([]string{
			strconv.Itoa(r.Epoch),
			csvNumber(r.TrainLoss, 'g', -1), csvNumber(r.TrainAcc, 'g', -1),
			csvNumber(r.ValLoss, 'g', -1), csvNumber(r.ValAcc, 'g', -1),
			csvNumber(r.LR, 'g', -1), csvNumber(r.Seconds, 'f', 3),
		})
	}
	out.Flush()
	return out.Error()
}

func csvNumber(v float64, format byte, digits int) string {
	if math.IsNaN(v) {
		return ""
	}
	return strconv.FormatFloat(v, format, digits, 64)
}
