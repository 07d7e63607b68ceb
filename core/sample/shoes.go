package sample

import "atelier/core/random"

// The shoes face left, and the bag.

func sandal(c *canvas, s *random.Stream) {
	floor, toe, heel := s.Uniform(20, 23), s.Uniform(-12, -10), s.Uniform(10, 12)
	thick, lift := s.Uniform(1.2, 2), s.Uniform(0, 5)
	level := s.Uniform(0.4, 0.95)
	arch := floor - float32(lift*0.3)
	c.line(level, thick, []point{{toe, floor}, {toe + 9, arch}, {heel, floor - lift}})
	if lift > 2 { // a heel
		c.fill(level, []point{{heel - 2, floor - lift}, {heel, floor - lift}, {heel - 0.2, floor + 0.8}, {heel - 1.4, floor + 0.8}})
	}
	straps := 2 + s.Intn(3)
	for i := range straps {
		x := toe + 2.5 + float32(float32(i)*17/float32(straps))
		base := floor - float32((x-toe)/(heel-toe)*lift)
		high := s.Uniform(3.5, 7) + float32(float32(i)*0.8)
		c.line(level, s.Uniform(0.8, 1.5), []point{
			{x, base}, {x + 0.8, base - float32(high*0.8)}, {x + 2.4, base - high}, {x + 4, base - float32(high*0.7)}, {x + 4.5, base},
		})
	}
	if s.Float32() < 0.5 {
		c.line(level, 1, []point{{heel - 1, floor - lift}, {heel - 0.5, floor - lift - s.Uniform(4, 7)}, {heel - 6, floor - lift - 5}})
	}
}

func sneaker(c *canvas, s *random.Stream) {
	floor, high := s.Uniform(20, 22), s.Uniform(8, 10.5)
	level := s.Uniform(0.35, 0.85)
	top := floor - high
	c.fill(level, []point{
		{-12, floor}, {-12, floor - 3}, {-10, floor - 4.6}, {-4, floor - 6}, {1, top + 0.4}, {3, top - 0.4},
		{5, top + 0.8}, {9, top + 0.6}, {11, top}, {12, floor - 4}, {12, floor},
	})
	c.line(min(1, level+0.3), s.Uniform(1.2, 2), []point{{-12, floor}, {12, floor}}) // the sole
	for i := range 3 + s.Intn(2) {                                                   // laces
		x, y := -4.5+float32(float32(i)*1.6), floor-6+float32(-0.7*float32(i))
		c.line(min(1, level+0.35), 0.6, []point{{x, y}, {x + 1.4, y + 1.8}})
	}
	if s.Float32() < 0.6 { // a stripe
		c.line(float32(level*0.4), 0.9, []point{{0, floor - 1.5}, {s.Uniform(2, 5), floor - 5}})
	}
}

func boot(c *canvas, s *random.Stream) {
	floor, top := s.Uniform(22.5, 25), s.Uniform(3, 7)
	front, back := s.Uniform(-1, 1.5), s.Uniform(9, 11)
	level := s.Uniform(0.35, 0.95)
	ankle := s.Uniform(14, 16)
	c.fill(level, []point{
		{-11.5, floor}, {-11.5, floor - 2.6}, {-9, floor - 4.6}, {front - 2.5, ankle + 1}, {front, ankle - 2}, {front, top},
		{back, top + s.Uniform(-1, 1)}, {back - 0.6, ankle}, {back + 0.8, floor - 3}, {back + 0.8, floor},
	})
	heel := s.Uniform(0.6, 3)
	dark := float32(level * 0.5)
	c.fill(level, []point{{back - 4, floor - 0.5}, {back + 0.8, floor - 0.5}, {back + 0.8, floor + heel}, {back - 3.4, floor + heel}})
	c.line(dark, 0.8, []point{{-11.5, floor - 0.6}, {back + 0.8, floor - 0.6}})
	if s.Float32() < 0.5 { // a zip
		c.line(dark, 0.8, []point{{float32((front + back) * 0.5), top + 1}, {float32((front + back) * 0.5), floor - 4}})
	}
}

func bag(c *canvas, s *random.Stream) {
	top, bottom := s.Uniform(10, 13), s.Uniform(22, 25.5)
	upper, lower := s.Uniform(7, 11), s.Uniform(8.5, 12)
	level := s.Uniform(0.35, 0.95)
	half, high := float32(upper*s.Uniform(0.45, 0.8)), s.Uniform(4, 8.5)
	c.line(level, s.Uniform(0.9, 1.7), []point{ // the handle
		{-half, top + 0.5}, {-float32(half * 0.85), top - float32(high*0.7)}, {-float32(half * 0.4), top - high},
		{float32(half * 0.4), top - high}, {float32(half * 0.85), top - float32(high*0.7)}, {half, top + 0.5},
	})
	c.mirrored(level, []point{{upper, top}, {lower, bottom - 1.5}, {lower - 1, bottom}})
	dark := float32(level * 0.5)
	if s.Float32() < 0.5 { // a flap
		y := top + s.Uniform(3, 6)
		c.line(dark, 0.8, []point{{-upper, y}, {upper, y}})
	}
	if s.Float32() < 0.5 { // a clasp
		y := s.Uniform(14, 18)
		c.mirrored(dark, []point{{1.2, y}, {1.2, y + 1.8}})
	}
}
