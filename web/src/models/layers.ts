import type { ModelName } from '../run/words'

/** One line of a network's table: what it does and the shape it leaves. */
export interface Layer {
  /** As in PyTorch's state_dict; what the `maps` command calls it. */
  name: string
  does: string
  /** Channels, height, width; or one number after flattening. */
  shape: readonly number[]
  params: number
  kind: 'input' | 'conv' | 'pool' | 'drop' | 'dense' | 'mean'
  /** Its activation can be looked at. */
  seen?: boolean
}

export interface Model {
  name: ModelName
  title: string
  layers: readonly Layer[]
}

const conv = (name: string, from: number, to: number, size: number): Layer => ({
  name, kind: 'conv', does: 'Conv 3×3 + ReLU', shape: [to, size, size], params: from * to * 9 + to, seen: true,
})

/** A convolution without bias, and BatchNorm's scale and shift. */
const block = (name: string, from: number, to: number, size: number): Layer => ({
  name, kind: 'conv', does: 'Conv 3×3 + BatchNorm + ReLU', shape: [to, size, size], params: from * to * 9 + 2 * to, seen: true,
})

const pool = (name: string, channels: number, size: number, drop: string): Layer => ({
  name, kind: 'pool', does: `Max-pool 2×2${drop}`, shape: [channels, size, size], params: 0, seen: true,
})

const dense = (name: string, from: number, to: number, does: string): Layer => ({
  name, kind: 'dense', does, shape: [to], params: from * to + to, seen: true,
})

const input: Layer = { name: 'input', kind: 'input', does: 'Image', shape: [1, 28, 28], params: 0 }

export const models: Record<ModelName, Model> = {
  model1: {
    name: 'model1',
    title: 'Model 1',
    layers: [
      input,
      conv('conv1', 1, 32, 28),
      conv('conv2', 32, 64, 28),
      pool('pool', 64, 14, ', dropout 0.25'),
      dense('fc1', 64 * 14 * 14, 128, 'Linear + ReLU, dropout 0.25'),
      dense('fc2', 128, 10, 'Linear: one score a class'),
    ],
  },
  model2: {
    name: 'model2',
    title: 'Model 2',
    layers: [
      input,
      block('features.0', 1, 32, 28),
      block('features.1', 32, 32, 28),
      pool('features.3', 32, 14, ', dropout 0.05'),
      block('features.4', 32, 64, 14),
      block('features.5', 64, 64, 14),
      pool('features.7', 64, 7, ', dropout 0.10'),
      block('features.8', 64, 128, 7),
      block('features.9', 128, 128, 7),
      { name: 'features.10', kind: 'drop', does: 'Dropout 0.15', shape: [128, 7, 7], params: 0, seen: true },
      { name: 'gap', kind: 'mean', does: 'Mean of each map', shape: [128], params: 0, seen: true },
      dense('classifier.1', 128, 64, 'Linear + ReLU, dropout 0.20'),
      dense('classifier.4', 64, 10, 'Linear: one score a class'),
    ],
  },
}

export const parameterCount = (model: Model) => model.layers.reduce((sum, layer) => sum + layer.params, 0)

export const shapeText = (layer: Layer) => layer.shape.join('×')
