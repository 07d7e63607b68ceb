package cli

import (
	"github.com/schollz/progressbar/v3"

	"atelier/server/datafiles"
)

// downloadMeter shows one download after the other.
type downloadMeter struct {
	c     *Console
	file  string
	tenth int64
	bar   *progressbar.ProgressBar
}

func newDownloadMeter(c *Console) *downloadMeter { return &downloadMeter{c: c} }

// show takes one state of the download.
func (m *downloadMeter) show(p datafiles.Progress) {
	if p.File != m.file {
		m.end()
		m.file, m.tenth = p.File, 0
		m.c.say("Downloading %s from %s", p.File, p.Mirror)
		if m.c.Interactive {
			total := p.Total
			if total == 0 {
				total = -1 // a spinner
			}
			m.bar = progressbar.NewOptions64(total,
				progressbar.OptionSetWriter(m.c.Err), progressbar.OptionShowBytes(true),
				progressbar.OptionSetPredictTime(true), progressbar.OptionClearOnFinish(),
				progressbar.OptionSetWidth(30), progressbar.OptionThrottle(100e6))
		}
	}
	if m.bar != nil {
		_ = m.bar.Set64(p.Received)
		return
	}
	if p.Total == 0 || m.c.Interactive {
		return
	}
	if t := p.Received * 10 / p.Total; t > m.tenth && p.Total > 1<<20 {
		m.tenth = t
		m.c.say("%s %3d %%, %.1f of %.1f MB", p.File, t*10, float64(p.Received)/1e6, float64(p.Total)/1e6)
	}
}

// end closes the bar.
func (m *downloadMeter) end() {
	if m.bar != nil {
		_ = m.bar.Finish()
		m.bar = nil
	}
	m.file = ""
}
