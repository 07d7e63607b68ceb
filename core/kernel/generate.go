package kernel

//go:generate go run ../../scripts/kernelgen
