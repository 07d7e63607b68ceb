import { describe, expect, it } from 'vitest'
import { superseded } from '../../src/keep/list'
import { named, type KeptRun, type StoredSlot } from '../../src/keep/store'
import type { Status } from '../../src/run/history'
import { newHistory } from '../../src/run/history'

const bytes = new Blob()
const epochs = (...shas: string[]) => shas.map((weights_sha256, i) => ({ epoch: i + 1, weights_sha256 }) as never)
const slot = (key: string, savedAt: number, seed: number, shas: string[], more: object = {}): Omit<StoredSlot, 'run'> => ({
  key, model: key.slice(0, 6) as 'model1', step: 422 * shas.length, savedAt, sha256: 'x', bytes,
  history: { ...newHistory({ model: 'model1', seed, epochs: 12, ...more }), epochs: epochs(...shas) },
})

describe('slots from before runs had names', () => {
  it.each<[string, Omit<StoredSlot, 'run'>[], [string, string, string][]]>([
    ['one', [slot('model1-0', 5, 42, ['a'])], [['model1-0', 'model1', 'model1-0']]],
    ['two of one run', [slot('model1-0', 5, 42, ['a']), slot('model1-1', 6, 42, ['a', 'b'])], [['model1-0', 'model1', 'model1-0'], ['model1-1', 'model1', 'model1-1']]],
    ['two of one run whose number of epochs was changed', [slot('model1-0', 5, 42, ['a']), slot('model1-1', 6, 42, ['a', 'b'], { epochs: 20 })], [['model1-0', 'model1', 'model1-0'], ['model1-1', 'model1', 'model1-1']]],
    ['a new run that was taking another’s place', [slot('model1-0', 5, 42, ['a', 'b']), slot('model1-1', 6, 7, ['c'])], [['model1-0', 'model1-before', 'model1-before-0'], ['model1-1', 'model1', 'model1-1']]],
    ['the same settings begun anew', [slot('model1-1', 5, 42, ['a', 'b']), slot('model1-0', 6, 42, ['a'])], [['model1-1', 'model1-before', 'model1-before-0'], ['model1-0', 'model1', 'model1-0']]],
    ['the same settings with a change', [slot('model1-0', 5, 42, ['a', 'b']), slot('model1-1', 6, 42, ['a', 'c', 'd'])], [['model1-0', 'model1-before', 'model1-before-0'], ['model1-1', 'model1', 'model1-1']]],
    ['both models', [slot('model1-0', 5, 42, ['a']), slot('model2-0', 6, 42, ['a'])], [['model1-0', 'model1', 'model1-0'], ['model2-0', 'model2', 'model2-0']]],
    ['of a form that nobody reads', [{ ...slot('model1-0', 5, 42, ['a']), history: undefined as never }], [['model1-0', 'model1', 'model1-0']]],
  ])('%s', (_, slots, want) => {
    expect(named(slots).map(({ was, run, key }) => [was, run, key])).toEqual(want)
  })
})

describe('runs that make room', () => {
  const runs = (...statuses: (Status | null)[]): KeptRun[] => statuses.map((status, i) => ({ run: `r${i}`, model: 'model1', step: 1, savedAt: i, status }))
  const other: KeptRun = { run: 'other', model: 'model2', step: 1, savedAt: -1, status: 'done' }
  it.each<[string, KeptRun[], string[], string[]]>([
    ['six are kept', [...runs('done', 'done', 'done', 'done', 'done', 'done'), other], [], []],
    ['of seven the oldest that is done goes', runs('paused', 'done', 'done', 'done', 'done', 'done', 'running'), [], ['r1']],
    ['of eight two go', runs('done', 'done', 'done', 'done', 'done', 'done', 'done', 'running'), [], ['r0', 'r1']],
    ['what is in use stays', runs('done', 'done', 'done', 'done', 'done', 'done', 'done'), ['r0'], ['r1']],
    ['nothing unfinished goes, however many there are', runs('paused', 'running', 'stopped', 'failed', 'paused', null, 'paused', 'paused'), [], []],
  ])('%s', (_, all, inUse, want) => {
    expect(superseded(all, 'model1', new Set(inUse)).map(({ run }) => run)).toEqual(want)
  })
})
