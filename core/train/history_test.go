package train

import (
	"math"
	"strings"
	"testing"
)

func TestHistoryCSV(t *testing.T) {
	h := History{
		{Epoch: 1, TrainLoss: 0.4344, TrainAcc: 0.8449, ValLoss: 0.2903, ValAcc: 0.8978, LR: 0.001, Seconds: 12.3456},
		{Epoch: 2, TrainLoss: 1.0 / 3, TrainAcc: 0.8986, ValLoss: math.NaN(), ValAcc: math.NaN(), LR: 1e-7, Seconds: 0.5},
	}
	var b strings.Builder
	if err := h.WriteCSV(&b); err != nil {
		t.Fatal(err)
	}
	const want = "epoch,train_loss,train_acc,val_loss,val_acc,lr,seconds\n" +
		"1,0.4344,0.8449,0.2903,0.8978,0.001,12.346\n" +
		"2,0.3333333333333333,0.8986,,,1e-07,0.500\n"
	if b.String() != want {
		t.Errorf("wrote\n%swant\n%s", &b, want)
	}
}
