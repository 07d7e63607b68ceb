import { join } from 'node:path'
import { build } from 'vite'
import { describe, expect, it } from 'vitest'
import { wrongEvent, wrongRequest, wrongResult } from '../../src/protocol/check'

const bytes = new ArrayBuffer(8)
const source = { split: 'test', index: 3 }
const nearest = { indices: new Uint32Array(1), labels: new Uint8Array(1), cosines: new Float32Array(1), looked: 1, of: 2 }
const step = { event: 'step', epoch: 1, epochs: 12, step: 3, steps: 12, train_loss: 2, train_acc: 0.1, val_loss: null, lr: 1e-3, images_per_second: null, seconds: 0.5 }

describe('a message that fits', () => {
  it.each([
    ['hello', { model: 'model1' }],
    ['data', { kind: 'drawn', files: { a: bytes, b: new SharedArrayBuffer(8) } }],
    ['train', { config: { model: 'model2' }, paused: true }],
    ['train', { config: { model: 'model2', epochs: undefined } }],
    ['pause', {}],
    ['predict', { ...source, temperature: 1.5 }],
    ['predict', { drawing: '{"drawing":[]}' }],
    ['predict', { picture: { width: 1, height: 1, pixels: new Uint8ClampedArray(4) } }],
    ['nearest', {}],
    ['nearest', source],
    ['crew', { ports: [new MessageChannel().port1] }],
  ])('is a request of %s', (command, request) => expect(wrongRequest(command, request)).toBeNull())

  it.each([
    ['pause', {}],
    ['state', { bytes, step: 3 }],
    ['state', { bytes: new SharedArrayBuffer(8), step: 3 }],
    ['nearest', nearest],
    ['learnEnd', {}],
  ])('is a result of %s', (command, result) => expect(wrongResult(command, result)).toBeNull())

  it.each([
    ['step', step],
    ['interrupted', { event: 'interrupted', epoch: 1, step: 3, train_loss: null, train_acc: null, val_loss: null, val_acc: null, lr: null, seconds: null, images_per_second: null, weights_sha256: 'ab', out: '' }],
    ['status', { event: 'status', status: 'paused' }],
  ])('is the event %s', (_, event) => expect(wrongEvent(event)).toBeNull())
})

describe('a message that does not fit is refused:', () => {
  it.each([
    ['an unknown command', 'helo', {}, 'There is no command "helo".'],
    ['a name that every object has', 'toString', {}, 'There is no command "toString".'],
    ['an unknown field', 'hello', { model: 'model1', version: '1' }, 'The request of "hello" has a field "version" that the protocol does not know.'],
    ['an unknown field of a field', 'train', { config: { model: 'model1', lrr: 1 } }, 'The request of "train": "config" has a field "lrr" that the protocol does not know.'],
    ['a missing field', 'hello', {}, 'The request of "hello" lacks its field "model".'],
    ['a word that is none of its', 'hello', { model: 'model3' }, 'The request of "hello": "model" must be one of model1, model2, not "model3".'],
    ['a wrong type', 'step', { n: '3' }, 'The request of "step": "n" must be a whole number, not "3".'],
    ['a fraction', 'step', { n: 1.5 }, 'The request of "step": "n" must be a whole number, not 1.5.'],
    ['no number', 'step', { n: NaN }, 'The request of "step": "n" must be a whole number, not NaN.'],
    ['null', 'step', { n: null }, 'The request of "step": "n" must be a whole number, not null.'],
    ['an array', 'step', [3], 'The request of "step" must be an object, not an Array.'],
    ['nothing', 'step', undefined, 'The request of "step" must be an object, not undefined.'],
    ['a wrong typed array', 'predict', { picture: { width: 1, height: 1, pixels: new Uint8Array(4) } }, 'The request of "predict": "picture": "pixels" must be a Uint8ClampedArray, not a Uint8Array.'],
    ['no source', 'predict', { temperature: 2 }, 'The request of "predict" fits none of ImageSource, DrawingSource, PictureSource.'],
    ['two sources', 'predict', { ...source, drawing: '' }, 'The request of "predict" has a field "drawing" that the protocol does not know.'],
    ['half a source', 'maps', { source: { split: 'test' }, layer: 'conv1', scale: 'map' }, 'The request of "maps": "source" lacks its field "index".'],
    ['a wrong one of many', 'learn', { drawings: ['', 1], labels: [0, 1], seed: 1 }, 'The request of "learn": "drawings"[1] must be a string, not 1.'],
    ['a file that is none', 'data', { kind: 'real', files: { x: [] } }, 'The request of "data": "files".x must be an ArrayBuffer, not an Array.'],
  ])('%s', (_, command, request, sentence) => expect(wrongRequest(command, request)).toBe(sentence))

  it.each([
    ['a plain array', { ...nearest, cosines: [0.5] }, 'The result of "nearest": "cosines" must be a Float32Array, not an Array.'],
    ['an array of other numbers', { ...nearest, indices: new Int32Array(1) }, 'The result of "nearest": "indices" must be a Uint32Array, not an Int32Array.'],
    ['a field that nobody reads', { ...nearest, model: 'model1' }, 'The result of "nearest" has a field "model" that the protocol does not know.'],
  ])('%s', (_, result, sentence) => expect(wrongResult('nearest', result)).toBe(sentence))

  it.each([
    ['an event that is none', { event: 'party' }, 'The event "party" fits none of EpochEvent, StepEvent, ValidatingEvent, EndEvent, ProgressEvent, StatusEvent, ChangeEvent, FailEvent, ReplacedEvent.'],
    ['an event without its figure', { ...step, lr: undefined }, 'The event "step" lacks its field "lr".'],
    ['null where there is always a number', { ...step, train_loss: null }, 'The event "step": "train_loss" must be a number, not null.'],
    ['no event at all', null, 'The event "undefined" must be an object, not null.'],
  ])('%s', (_, event, sentence) => expect(wrongEvent(event)).toBe(sentence))
})

it.each([
  ['part of code that checks', 'src/protocol/check.ts', true],
  ['no part of a page that does not', 'src/run/words.ts', false],
])('the schema is %s', async (_, entry, there) => {
  const built = await build({
    configFile: false, logLevel: 'silent', root: join(import.meta.dirname, '../..'),
    build: { write: false, minify: false, lib: { entry, formats: ['es'] } },
  })
  const code = JSON.stringify([built].flat())
  expect(code).toContain(there ? 'wrongRequest' : 'T-shirt/top')
  expect(code.includes('ImagesResult')).toBe(there)
})
