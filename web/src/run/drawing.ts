/** A stroke in the pad's units; `fill` closes it and paints its inside. */
export interface Stroke {
  x: number[]
  y: number[]
  fill?: boolean
}

/** A drawing as the networks' rasteriser takes it: vectors, in the units of Quick, Draw! (0 to 255), and the pen's width. */
export interface Drawing {
  strokes: Stroke[]
  width: number
}

export function isEmpty(drawing: Drawing): boolean {
  return drawing.strokes.every((stroke) => stroke.x.length === 0)
}
