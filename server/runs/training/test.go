package training

import (
	"errors"
	"io/fs"

	"atelier/core/fashion"
	"atelier/core/nn"
	"atelier/server/engine"
	"atelier/server/runs"
)

// Test measures a finished run's best weights on the test set, and puts the
// result into its document and its report into the folder. Without best weights
// it does nothing. It gives up when stopped is closed.
func Test(folder *runs.Folder, doc *runs.Document, set *fashion.Dataset, stopped <-chan struct{}) error {
	file, err := folder.Best()
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	spec, err := nn.ByName(doc.Config.Model)
	if err != nil {
		return err
	}
	net := nn.NewNet(spec)
	if err := net.LoadStateDict(file.Tensors); err != nil {
		return err
	}
	e, err := engine.Test(engine.Predictor(net, 0, stopped), runs.BestFile, &set.Test, false, nil)
	if err != nil {
		return err
	}
	doc.Result = &runs.Result{WeightsSHA256: doc.Result.WeightsSHA256, Test: e} // readers may hold the old one
	return folder.SaveFile(runs.ReportFile, []byte(e.Report))
}
