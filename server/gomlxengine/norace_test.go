//go:build !race

package gomlxengine

const raceDetector = false
