package train

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
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

// ParseHistory reads history.csv. Empty fields become NaN.
func ParseHistory(r io.Reader) (History, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = len(historyColumns)
	head, err := in.Read()
	if err != nil || !slices.Equal(head, historyColumns) {
		return nil, fmt.Errorf("a history begins with the columns %q, not with %q", historyColumns, head)
	}
	var h History
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return h, nil
		}
		if err != nil {
			return nil, fmt.Errorf("the history cannot be read: %w", err)
		}
		record, err := parseRecord(row)
		if err != nil {
			return nil, fmt.Errorf("row %d of the history: %w", len(h)+1, err)
		}
		if n := len(h); n > 0 && record.Epoch <= h[n-1].Epoch {
			return nil, fmt.Errorf("epoch %d of the history follows epoch %d", record.Epoch, h[n-1].Epoch)
		}
		if len(h) == MaxEpochs {
			return nil, fmt.Errorf("the history has more than %d epochs", MaxEpochs)
		}
		h = append(h, record)
	}
}

func parseRecord(row []string) (r Record, err error) {
	if r.Epoch, err = strconv.Atoi(row[0]); err != nil || r.Epoch < 1 {
		return r, fmt.Errorf("its epoch is %q: epochs are counted from 1", row[0])
	}
	for i, into := range []*float64{&r.TrainLoss, &r.TrainAcc, &r.ValLoss, &r.ValAcc, &r.LR, &r.Seconds} {
		text := row[i+1]
		if text == "" {
			*into = math.NaN()
			continue
		}
		if *into, err = strconv.ParseFloat(text, 64); err != nil || math.IsInf(*into, 0) {
			return r, fmt.Errorf("its %s is %q, which is not a number", historyColumns[i+1], text)
		}
	}
	return r, nil
}
