import { describe, expect, it } from 'vitest'
import { ownerOf } from '../../src/keep/owner'
import { firstOf, shippedOf } from '../../src/state/shippedList'

const file = (header: string, length = header.length) => {
  const bytes = new Uint8Array(8 + header.length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(new TextEncoder().encode(header), 8)
  return bytes.buffer
}

describe('the owner of a file', () => {
  it.each([
    ['weights of Model 1', file('{"conv1.weight":{}}'), 'model1'],
    ['weights of Model 2', file('{"features.0.conv.weight":{}}'), 'model2'],
    ['another network', file('{"layer":{}}'), null],
    ['a header longer than the file', file('{"conv1.weight":{}}', 10_000), null],
    ['a length beyond all reason', file('{"conv1.weight":{}}', 2 ** 52), null],
    ['nothing', new ArrayBuffer(3), null],
  ])('%s', (_, bytes, want) => expect(ownerOf(bytes)).toBe(want))
})

describe('shipped weights', () => {
  const all = shippedOf(
    { '../../weights/model1-best.safetensors': './a', '../../weights/model1-sketch.safetensors': './b', '../../weights/model2-report.safetensors': './c', '../../weights/other.safetensors': './d' },
    { '../../weights/model1-best.card.json': './card' },
  )
  it('are known by their names, with their cards', () => {
    expect(all.map(({ model, recipe, card }) => [model, recipe, card])).toEqual([['model1', 'best', './card'], ['model1', 'sketch', null], ['model2', 'report', null]])
  })
  it.each([
    ['model1', null, './b'],
    ['model1', 'best', './a'],
    ['model2', null, './c'],
    ['model2', 'sketch', './c'],
  ] as const)('%s opens, with the wish %s, with %s', (model, wish, want) => expect(firstOf(all, model, wish)?.weights).toBe(want))
  it('are left out where the link says none, or there are none', () => {
    expect(firstOf(all, 'model1', 'none')).toBeNull()
    expect(firstOf([], 'model1', null)).toBeNull()
  })
})
