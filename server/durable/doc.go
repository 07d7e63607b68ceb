// Package durable saves files so that each name always holds its old or its
// new content, whole, and so that "saved" means that a power cut will not take
// it back: a temporary file in the same folder, fsync, close, rename, fsync of
// the folder. (google/renameio and natefinch/atomic do all but the last step.)
//
// The few operations a save is made of stand behind the interface FS, so that
// a test can let each of them fail.
package durable
