package engine

import (
	"math"
	"testing"

	"atelier/core/nn"
)

// TestTrainFLOP compares with the counts worked out by hand from the report's
// tables, in millions.
func TestTrainFLOP(t *testing.T) {
	// Model 1: conv1 .4516 (no input gradient), conv2 28.9014, fc1 3.2113, fc2 .0026 forward.
	want := map[string]float64{"model1": 2*.451584 + 3*(28.901376+3.211264+.00256), "model2": 2*.451584 + 3*(14.450688+7.225344+14.450688+7.225344+14.450688+.016384+.00128)}
	for _, spec := range []nn.Spec{nn.Model1, nn.Model2} {
		if got := TrainFLOP(spec) / 1e6; math.Abs(got-want[spec.Name]) > 1e-6 {
			t.Errorf("%s: %g million, want %g", spec.Name, got, want[spec.Name])
		}
	}
}
