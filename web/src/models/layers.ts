import type { ModelName } from '../run/words'
import { input, networks } from './networks.gen'

/** A row of a network's table, as the program's own table of layers tells it (core/inspect). */
export interface Row {
  name: string
  layers: readonly string[]
  kind: string
  relu: boolean
  drop: number
  shape: readonly number[]
  params: number
}

export interface Network {
  name: string
  title: string
  rows: readonly Row[]
}

/** One line of a network's table: what it does and the shape it leaves. */
export interface Layer {
  /** As in PyTorch's state_dict; what the `maps` command calls it. */
  name: string
  /** The modules in PyTorch: a pooling or dense layer with its dropout. */
  modules: readonly string[]
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

const kinds: Record<string, [kind: Layer['kind'], does: string]> = {
  Conv2d: ['conv', 'Conv 3×3'],
  ConvBNReLU: ['conv', 'Conv 3×3 + BatchNorm'],
  MaxPool2d: ['pool', 'Max-pool 2×2'],
  GlobalAvgPool: ['mean', 'Mean of each map'],
  Dropout: ['drop', 'Dropout'],
  Dropout2d: ['drop', 'Dropout'],
  Linear: ['dense', 'Linear'],
}

function toLayer(row: Row, last: boolean): Layer {
  const known = kinds[row.kind]
  if (!known) throw new Error(`The page has no words for a layer of kind ${row.kind}.`)
  const [kind, base] = known
  const drop = row.drop > 0 ? row.drop.toFixed(2) : ''
  const does = kind === 'drop' ? `${base} ${drop}`
    : `${base}${row.relu ? ' + ReLU' : ''}${last ? ': one score a class' : ''}${drop && `, dropout ${drop}`}`
  return { name: row.name, modules: row.layers, kind, does, shape: row.shape, params: row.params, seen: true }
}

export function toModel({ name, title, rows }: Network): Model {
  const image: Layer = { name: 'input', modules: ['input'], kind: 'input', does: 'Image', shape: input, params: 0 }
  return {
    name: name as ModelName,
    title: title.split(':')[0]!,
    layers: [image, ...rows.map((row, i) => toLayer(row, i === rows.length - 1))],
  }
}

export const models = Object.fromEntries(networks.map((network) => [network.name, toModel(network)])) as Record<ModelName, Model>

export const parameterCount = (model: Model) => model.layers.reduce((sum, layer) => sum + layer.params, 0)

export const shapeText = (layer: Layer) => layer.shape.join('×')
