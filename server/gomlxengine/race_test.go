//go:build race

package gomlxengine

const raceDetector = true
