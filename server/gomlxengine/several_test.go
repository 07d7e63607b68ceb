package gomlxengine

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"reflect"

	"github.com/gomlx/gomlx/backends"
	"github.com/gomlx/gomlx/backends/simplego"
	"github.com/gomlx/gomlx/pkg/core/shapes"
)

// several is the pure-Go backend as n devices with memories of their own, after
// the contract of AutoSharding: a graph is that of whole tensors, each device
// hands in its share of what is split and an equal copy of what is whole, and
// each gets the results. It checks what XLA would take on trust, and like CUDA
// shares no memory with Go.
type several struct {
	backends.Backend
	n int
}

// placed is a buffer on one of the devices.
type placed struct {
	backends.Buffer
	device backends.DeviceNum
}

func severalDevices(n int) (*Device, error) {
	b, err := simplego.New("ops_sequential")
	if err != nil {
		return nil, err
	}
	return &Device{backend: several{b, n}, portable: true}, nil
}

func (s several) NumDevices() int { return s.n }

func (s several) Builder(name string) backends.Builder {
	return &severalBuilder{Builder: s.Backend.Builder(name), of: s, devices: 1}
}

func (s several) BufferFinalize(b backends.Buffer) error {
	return s.Backend.BufferFinalize(b.(placed).Buffer)
}

func (s several) BufferShape(b backends.Buffer) (shapes.Shape, error) {
	return s.Backend.BufferShape(b.(placed).Buffer)
}

func (s several) BufferDeviceNum(b backends.Buffer) (backends.DeviceNum, error) {
	return b.(placed).device, nil
}

func (s several) BufferToFlatData(b backends.Buffer, flat any) error {
	return s.Backend.BufferToFlatData(b.(placed).Buffer, flat)
}

func (s several) BufferFromFlatData(device backends.DeviceNum, flat any, shape shapes.Shape) (backends.Buffer, error) {
	if int(device) >= s.n {
		return nil, fmt.Errorf("there is no device %d of %d", device, s.n)
	}
	b, err := s.Backend.BufferFromFlatData(0, flat, shape)
	return placed{b, device}, err
}

func (s several) HasSharedBuffers() bool { return false }

func (s several) BufferCopyToDevice(b backends.Buffer, device backends.DeviceNum) (backends.Buffer, error) {
	flat, shape, err := s.read(b.(placed).Buffer)
	if err != nil {
		return nil, err
	}
	return s.BufferFromFlatData(device, flat, shape)
}

// read copies a buffer of the pure-Go backend.
func (s several) read(b backends.Buffer) (flat any, shape shapes.Shape, err error) {
	if shape, err = s.Backend.BufferShape(b); err != nil {
		return nil, shape, err
	}
	flat = reflect.MakeSlice(reflect.SliceOf(shape.DType.GoType()), shape.Size(), shape.Size()).Interface()
	return flat, shape, s.Backend.BufferToFlatData(b, flat)
}

type severalBuilder struct {
	backends.Builder
	of      several
	devices int
	split   []bool // by parameter: along its first axis
}

func (b *severalBuilder) DistributedAutoSharding(meshes ...backends.Mesh) error {
	if len(meshes) != 1 || len(meshes[0].AxesSizes) != 1 || meshes[0].AxesSizes[0] > b.of.n {
		return fmt.Errorf("%+v is no row of up to %d devices", meshes, b.of.n)
	}
	b.devices = meshes[0].AxesSizes[0]
	return nil
}

func (b *severalBuilder) DeviceAssignment(devices ...backends.DeviceNum) error {
	for i, d := range devices {
		if int(d) != i || len(devices) != b.devices {
			return fmt.Errorf("the %d devices are assigned as %v", b.devices, devices)
		}
	}
	return nil
}

func (b *severalBuilder) Parameter(name string, shape shapes.Shape, s *backends.ShardingSpec) (backends.Op, error) {
	b.split = append(b.split, s != nil && len(s.Axes) > 0 && len(s.Axes[0]) > 0)
	return b.Builder.Parameter(name, shape, nil)
}

func (b *severalBuilder) Compile(outputs []backends.Op, how []*backends.ShardingSpec) (backends.Executable, error) {
	for i, s := range how {
		if s != nil && len(s.Axes) > 0 {
			return nil, fmt.Errorf("result %d is to be split as %v: not supplied", i, s.Axes)
		}
	}
	e, err := b.Builder.Compile(outputs, nil)
	return severalExecutable{e, b}, err
}

type severalExecutable struct {
	backends.Executable
	*severalBuilder
}

func (e severalExecutable) Execute(inputs []backends.Buffer, donate []bool, device backends.DeviceNum) ([]backends.Buffer, error) {
	per := len(e.split)
	whole := make([]backends.Buffer, per)
	for p := range whole {
		var err error
		if whole[p], err = e.gather(inputs, p, device); err != nil {
			return nil, fmt.Errorf("input %d: %w", p, err)
		}
	}
	results, err := e.Executable.Execute(whole, make([]bool, per), 0)
	if err != nil {
		return nil, err
	}
	for i, gone := range donate {
		if gone {
			if err := e.of.BufferFinalize(inputs[i]); err != nil {
				return nil, err
			}
		}
	}
	var all []backends.Buffer
	for d := range e.devices {
		for _, r := range results {
			flat, shape, err := e.of.read(r)
			if err != nil {
				return nil, err
			}
			on := backends.DeviceNum(d)
			if e.devices == 1 {
				on = device
			}
			copied, err := e.of.BufferFromFlatData(on, flat, shape)
			if err != nil {
				return nil, err
			}
			all = append(all, copied)
		}
	}
	return all, nil
}

// gather makes one whole buffer of what the devices hand in for parameter p.
func (e severalExecutable) gather(inputs []backends.Buffer, p int, alone backends.DeviceNum) (backends.Buffer, error) {
	var whole reflect.Value
	var shape shapes.Shape
	for d := range e.devices {
		in := inputs[d*len(e.split)+p].(placed)
		if want := backends.DeviceNum(d); e.devices > 1 && in.device != want || e.devices == 1 && in.device != alone {
			return nil, fmt.Errorf("it is on device %d, not %d", in.device, want)
		}
		flat, s, err := e.of.read(in.Buffer)
		if err != nil {
			return nil, err
		}
		v := reflect.ValueOf(flat)
		switch {
		case d == 0:
			whole, shape = v, s.Clone()
		case e.split[p]:
			whole = reflect.AppendSlice(whole, v)
			shape.Dimensions[0] += s.Dimensions[0]
		case !bytes.Equal(bits(whole.Interface()), bits(flat)):
			return nil, fmt.Errorf("it is whole, but device %d has another than device 0", d)
		}
	}
	return e.of.Backend.BufferFromFlatData(0, whole.Interface(), shape)
}

func bits(flat any) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, flat)
	if err != nil {
		panic(err)
	}
	return b
}
