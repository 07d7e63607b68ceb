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
	back, err := ParseHistory(strings.NewReader(b.String()))
	if err != nil || len(back) != 2 {
		t.Fatalf("read %v, error %v", back, err)
	}
	h[0].Seconds = 12.346
	if back[0] != h[0] || back[1].TrainLoss != 1.0/3 || !math.IsNaN(back[1].ValLoss) {
		t.Errorf("read %v, want %v", back, h)
	}
}

func TestParseHistoryRefuses(t *testing.T) {
	const head = "epoch,train_loss,train_acc,val_loss,val_acc,lr,seconds\n"
	tests := []struct{ name, text, want string }{
		{"empty", "", "begins with the columns"},
		{"other columns", "epoch,loss\n", "begins with the columns"},
		{"short row", head + "1,2,3\n", "cannot be read"},
		{"epoch 0", head + "0,1,1,1,1,1,1\n", `row 1 of the history: its epoch is "0"`},
		{"no epoch", head + ",1,1,1,1,1,1\n", `its epoch is ""`},
		{"text", head + "1,1,1,x,1,1,1\n", `its val_loss is "x"`},
		{"infinity", head + "1,inf,1,1,1,1,1\n", `its train_loss is "inf"`},
		{"twice", head + "1,1,1,1,1,1,1\n1,1,1,1,1,1,1\n", "epoch 1 of the history follows epoch 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if h, err := ParseHistory(strings.NewReader(tt.text)); h != nil || err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("read %v, error %v, want one that says %q", h, err, tt.want)
			}
		})
	}
}
