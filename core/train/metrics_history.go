package train

import (
	"encoding/csv"
	"io"
	"math"
	"strconv"
)

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
