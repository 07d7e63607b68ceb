package runs

import (
	"crypto/sha256"
	"encoding/hex"
)

// TakeOver goes on with a run whose checkpoint a page hands over: as the run
// id, which must be new or the same run at rest. It goes on on the core, which
// has the page's bits, unless another engine is asked for by its name. The same
// checkpoint again is the same hand-over: whoever lost the answer may ask once
// more, and the run stays as it is by then.
func (m *Manager) TakeOver(id string, b []byte, choice string) (Document, error) {
	m.taking.Lock() // of two that come at once, the second is the same again
	defer m.taking.Unlock()
	if d, err := m.Get(id); err == nil && d.HandedOver == hashOf(b) {
		return d, nil
	}
	return m.takeOver(id, b, choice)
}

// hashOf names a checkpoint as it came: hex SHA-256.
func hashOf(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
