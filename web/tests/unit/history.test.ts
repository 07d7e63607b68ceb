import { describe, expect, it } from 'vitest'
import { bestEpoch, hear, historyCsv, maxPoints, newHistory, secondsLeft, secondsTaken, withChanges, type History } from '../../src/run/history'
import { Run } from '../../src/run/run'
import type { Session } from '../../src/run/session'
import type { Config, EpochEvent, RunEvent, StepEvent } from '../../src/run/words'

const config: Config = { model: 'model1', epochs: 12, batch: 128, monitor: 'val_acc' }
const step = (at: number, more: Partial<StepEvent> = {}): StepEvent =>
  ({ event: 'step', epoch: Math.ceil(at / 422), step: at, steps: 5064, train_loss: 1, train_acc: 0.5, lr: 1e-3, images_per_second: 1000, seconds: 1, ...more })
const epoch = (number: number, more: Partial<EpochEvent> = {}): EpochEvent =>
  ({ event: 'epoch', epoch: number, step: 422 * number, train_loss: 0.4, train_acc: 0.85, val_loss: 0.3, val_acc: 0.9, lr: 1e-3, seconds: 10, images_per_second: 1000, weights_sha256: 'ab', ...more })

describe('a history', () => {
  it('places steps in epochs', () => {
    const history = hear(newHistory(config), step(211))
    expect(history.trace.at).toEqual([0.5])
    expect(history.live?.step).toBe(211)
  })

  it('places the steps of a smaller data set in its own epochs', () => {
    const drawn = { ...newHistory({ model: 'model1', batch: 128, steps: 40 }), images: 3600 }
    expect(hear(drawn, step(29, { steps: 40 })).trace.at).toEqual([1])
    expect(hear(newHistory({ model: 'model1', batch: 128, limit: 1280 }), step(5)).trace.at).toEqual([0.5])
  })

  it('keeps the images that its run begins with', async () => {
    const session = { model: 'model1', subscribe: () => () => {}, start: async () => ({ config, images: 3600, steps: 348 }) } as unknown as Session
    const run = new Run('a run', session)
    await run.start({ model: 'model1' })
    expect(run.history.value).toMatchObject({ config, images: 3600 })
  })

  it('keeps its curve short and its means right', () => {
    let history: History = newHistory(config)
    for (let i = 1; i <= 5000; i++) history = hear(history, step(i, { train_loss: i }))
    expect(history.trace.at.length).toBeLessThanOrEqual(maxPoints)
    expect(history.trace.loss[0]).toBeCloseTo((1 + history.trace.width) / 2)
    const { at, loss } = history.trace
    for (let i = 1; i < at.length; i++) expect(at[i]! - at[i - 1]!).toBeCloseTo(history.trace.width / 422)
    expect(loss.at(-1)! / at.at(-1)!).toBeCloseTo(422)
  })

  it('takes back what a run tells again after a checkpoint', () => {
    let history: History = newHistory(config)
    for (const at of [100, 200, 300]) history = hear(history, step(at))
    history = hear(history, step(150, { train_loss: 7 }))
    expect(history.trace.at.map((x) => Math.round(x * 422))).toEqual([100, 150])
    history = hear(hear(hear(history, epoch(1)), epoch(2)), epoch(1, { val_acc: 0.5 }))
    expect(history.epochs.map((one) => one.val_acc)).toEqual([0.5])
  })

  it.each([
    ['val_acc', 2],
    ['val_loss', 3],
  ] as const)('chooses the best epoch by %s', (monitor, want) => {
    const rows = [epoch(1), epoch(2, { val_acc: 0.95 }), epoch(3, { val_loss: 0.1 }), epoch(4, { val_acc: 0.95 })]
    expect(bestEpoch(rows.reduce<History>(hear, newHistory({ ...config, monitor })))?.epoch).toBe(want)
  })

  it.each<[string, RunEvent[], number | null]>([
    ['nothing yet', [], null],
    ['within the first epoch', [step(64, { seconds: 4 })], 4],
    ['within a later one', [step(422), epoch(1), step(844), epoch(2), step(900, { seconds: 3 })], 23],
    ['at the end, whose step is of an epoch that is counted', [epoch(1), step(844, { seconds: 9 }), epoch(2)], 20],
    ['with an epoch that nobody measured', [epoch(1, { seconds: null }), step(500)], null],
  ])('adds up the time that a run took: %s', (_, events, want) => {
    expect(secondsTaken(events.reduce<History>(hear, newHistory(config)))).toBe(want)
  })

  it('tells the time left only while it runs', () => {
    const running = hear(hear(newHistory(config), step(64)), { event: 'status', status: 'running' })
    expect(secondsLeft(running)).toBeCloseTo(((5064 - 64) * 128) / 1000)
    expect(secondsLeft(hear(running, { event: 'status', status: 'paused' }))).toBeNull()
  })

  it('ends where a change of the number of epochs says', () => {
    const changes = [{ step: 50, key: 'epochs', value: 20 }, { step: 60, key: 'lr', value: 0.1 }]
    const history = withChanges(newHistory(config), changes)
    expect(history.config.epochs).toBe(20)
    expect(history.changes).toEqual(changes)
    expect(hear(history, { event: 'change', step: 70, key: 'epochs', value: 8 }).config.epochs).toBe(8)
  })

  it('keeps the learning rate beside the loss, and does without it in an older run', () => {
    let history: History = newHistory(config)
    for (let i = 1; i <= 2000; i++) history = hear(history, step(i, { lr: i / 1000 }))
    expect(history.trace.lr).toHaveLength(history.trace.at.length)
    expect(history.trace.lr![0]).toBeCloseTo((1 + history.trace.width) / 2000)
    const { lr: _, ...old } = history.trace
    expect(hear({ ...history, trace: old }, step(2001)).trace.lr).toBeUndefined()
  })

  it('writes history.csv with an empty cell for what was not measured', () => {
    expect(historyCsv(hear(newHistory(config), epoch(1, { val_acc: null })))).toBe('epoch,train_loss,train_acc,val_loss,val_acc,lr,seconds\n1,0.4,0.85,0.3,,0.001,10\n')
  })
})
