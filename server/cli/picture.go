package cli

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	_ "image/jpeg" // the kinds of pictures that predict reads
	_ "image/png"
	"io"
	"os"

	"atelier/server/failure"
)

// The largest picture file, in bytes, and its largest area, in pixels.
const (
	maxPictureFile = 64 << 20
	maxPictureArea = 1 << 24
)

// readPicture returns a picture's pixels as red, green, blue and alpha, row by
// row, not premultiplied. Its size is checked before anything is decoded.
func readPicture(file string) (pixels []byte, w, h int, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, 0, 0, failure.Wrap(err, failure.NotFound, "The picture cannot be opened", "")
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxPictureFile+1))
	if err != nil {
		return nil, 0, 0, failure.Wrap(err, failure.BadFile, "The picture "+file+" cannot be read", "")
	}
	refuse := func(cause error, why string) ([]byte, int, int, error) {
		return nil, 0, 0, failure.Wrap(cause, failure.BadFile, "The picture "+file+" "+why, "Pictures are PNG or JPEG files")
	}
	if len(b) > maxPictureFile {
		return refuse(nil, fmt.Sprintf("is larger than %d MiB", maxPictureFile>>20))
	}
	info, _, err := image.DecodeConfig(bytes.NewReader(b))
	if err != nil {
		return refuse(err, "cannot be understood")
	}
	if info.Width < 1 || info.Height < 1 || info.Width > maxPictureArea/info.Height {
		return refuse(nil, fmt.Sprintf("has %d x %d pixels, more than %d in all", info.Width, info.Height, maxPictureArea))
	}
	img, _, err := image.Decode(bytes.NewReader(b))
	if err != nil {
		return refuse(err, "is damaged")
	}
	out := image.NewNRGBA(image.Rect(0, 0, info.Width, info.Height))
	if gray, ok := img.(*image.Gray); ok { // exactly, without going through premultiplied colors
		for y := range info.Height {
			for x := range info.Width {
				v := gray.GrayAt(gray.Rect.Min.X+x, gray.Rect.Min.Y+y).Y
				out.SetNRGBA(x, y, color.NRGBA{v, v, v, 255})
			}
		}
		return out.Pix, info.Width, info.Height, nil
	}
	draw.Draw(out, out.Rect, img, img.Bounds().Min, draw.Src)
	return out.Pix, info.Width, info.Height, nil
}
