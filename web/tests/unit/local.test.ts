import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeWorker } from '../fake/workers'
import { LocalSession } from '../../src/run/local'
import type { RunEvent } from '../../src/run/words'

vi.mock('../../src/worker/program', () => ({ execAddress: 'exec', program: () => Promise.resolve({}) }))
vi.mock('../../src/data/set', () => ({ theData: () => Promise.resolve({ forWorker: () => ({ kind: 'drawn', files: {} }) }) }))

let session: LocalSession
let told: RunEvent[]
let kept: number[]
let troubles: string[]

beforeEach(() => {
  FakeWorker.reset()
  vi.useFakeTimers()
  vi.stubGlobal('Worker', FakeWorker)
  session = new LocalSession('model1')
  told = []
  kept = []
  troubles = []
  session.subscribe((event) => told.push(event))
  session.checkpoints.onKept = ({ step }) => { kept.push(step) }
  session.checkpoints.onUnkept = (why) => { troubles.push(why) }
})
afterEach(() => {
  session.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const lead = () => FakeWorker.named('model1').at(-1)!
const helper = 'model1 helper 1'
/** Lets time pass, a bit at a time, so that what waits for each other comes in its order. */
const pass = async (seconds: number) => { for (let i = 0; i < 4 * seconds; i++) await vi.advanceTimersByTimeAsync(250) }
const ended = <T>(promise: Promise<T>) => promise.then(() => 'done', (error: Error) => error.message)
/** Changes the number of workers, and gives the sentence that came of it. */
async function change(workers: number) {
  const end = ended(session.setWorkers(workers))
  await pass(90)
  return end
}

/** A run under way with so many workers, at step 7. */
async function train(workers: number) {
  const begun = session.start({ model: 'model1', workers })
  await pass(1)
  await begun
  lead().advance(7)
}

describe('another number of workers', () => {
  it.each([[1, 2], [2, 1], [2, 3], [3, 2]])('%i, then %i: the run goes on and is kept', async (from, to) => {
    await train(from)
    expect(await change(to)).toBe('done')
    expect(lead()).toMatchObject({ step: 7, going: true, helpers: to - 1 })
    expect(FakeWorker.alive()).toHaveLength(to)
    kept = []
    lead().advance(3)
    await pass(11)
    expect(kept).toContain(10)
  })

  const cannot = (workers: string, asked: string, why: string) => `Model 1 goes on with ${workers}, as before: the change to ${asked} failed (${why}).`
  const silent = 'The worker has not answered for ten seconds'
  it.each<[string, number, number, () => void, string]>([
    ['the browser makes no worker', 1, 2, () => { FakeWorker.refused = [helper] }, cannot('1 worker', '2', 'no more workers')],
    ['the browser makes no second helper', 2, 3, () => { FakeWorker.refused = ['model1 helper 2'] }, cannot('2 workers', '3', 'no more workers')],
    ['a helper says nothing', 1, 2, () => { FakeWorker.faults = [{ name: helper, at: 'boot', does: 'falls silent' }] }, cannot('1 worker', '2', silent)],
    ['a helper of another crew says nothing', 2, 3, () => { FakeWorker.faults = [{ name: helper, nth: 1, at: 'hello', does: 'falls silent' }] }, cannot('2 workers', '3', silent)],
    ['a helper’s program never starts', 1, 2, () => { FakeWorker.faults = [{ name: helper, at: 'boot', does: 'ignores' }] }, cannot('1 worker', '2', 'A helper was not ready within a minute')],
    ['a helper’s program does not answer', 1, 2, () => { FakeWorker.faults = [{ name: helper, at: 'help', does: 'ignores' }] }, cannot('1 worker', '2', 'A helper was not ready within a minute')],
    ['a helper dies meanwhile', 2, 3, () => { FakeWorker.faults = [{ name: 'model1 helper 2', at: 'data', does: 'dies' }] }, cannot('2 workers', '3', 'The Go program ended with code 2')],
    ['a helper dies as it joins', 2, 3, () => { FakeWorker.faults = [{ name: 'model1 helper 2', at: 'help', does: 'dies' }] }, cannot('2 workers', '3', 'The Go program ended with code 2')],
    ['there is no memory for the state', 1, 2, () => { FakeWorker.faults = [{ name: 'model1', at: 'state', does: 'refuses' }] }, cannot('1 worker', '2', 'Array buffer allocation failed')],
    ['the lead refuses the crew', 1, 2, () => { FakeWorker.faults = [{ name: 'model1', at: 'crew', does: 'refuses' }] }, cannot('1 worker', '2', 'Array buffer allocation failed')],
    ['the lead refuses the state with the crew', 1, 2, () => { FakeWorker.faults = [{ name: 'model1', at: 'load', does: 'refuses' }] }, cannot('1 worker', '2', 'Array buffer allocation failed')],
    ['the lead refuses the state with a larger crew', 2, 3, () => { FakeWorker.faults = [{ name: 'model1', at: 'load', does: 'refuses' }] }, cannot('2 workers', '3', 'Array buffer allocation failed')],
    ['the lead refuses to be alone', 2, 1, () => { FakeWorker.faults = [{ name: 'model1', at: 'load', does: 'refuses' }] }, cannot('2 workers', '1', 'Array buffer allocation failed')],
    ['the lead dies of the state', 1, 2, () => { FakeWorker.faults = [{ name: 'model1', nth: 0, at: 'load', does: 'dies' }] }, cannot('1 worker', '2', 'The Go program ended with code 2')],
  ])('that cannot be had leaves the run as it was: %s', async (_, from, to, fault, sentence) => {
    await train(from)
    fault()
    expect(await change(to)).toBe(sentence)
    expect(lead()).toMatchObject({ going: true, helpers: from - 1 })
    expect(lead().step).toBeGreaterThanOrEqual(7)
    expect(FakeWorker.alive()).toHaveLength(from)
    kept = []
    lead().advance(3)
    await pass(11)
    expect(kept.at(-1)).toBe(lead().step)
    // What failed once may be had another time.
    FakeWorker.refused = []
    FakeWorker.faults = []
    expect(await change(to)).toBe('done')
    expect(lead()).toMatchObject({ going: true, helpers: to - 1 })
    expect(FakeWorker.alive()).toHaveLength(to)
  })

  it('that the lead cannot go back from leaves it alone, with the run', async () => {
    await train(2)
    FakeWorker.faults = [{ name: 'model1', at: 'load', does: 'refuses' }, { name: 'model1', at: 'load', does: 'refuses' }]
    expect(await change(3)).toBe('Model 1 goes on with 1 worker: the change to 3 failed, and so did the way back to 2 (Array buffer allocation failed).')
    expect(lead()).toMatchObject({ step: 7, going: true, helpers: 0 })
    expect(FakeWorker.alive()).toEqual(['model1'])
  })

  it('does not wake a run that is paused meanwhile', async () => {
    await train(1)
    const end = ended(session.setWorkers(2))
    await session.pause()
    await pass(5)
    expect(await end).toBe('done')
    expect(lead()).toMatchObject({ step: 7, going: false, helpers: 1 })
  })

  it('asked for twice in a row ends with the last', async () => {
    await train(1)
    const ends = [ended(session.setWorkers(3)), ended(session.setWorkers(2))]
    await pass(5)
    expect(await Promise.all(ends)).toEqual(['done', 'done'])
    expect(lead()).toMatchObject({ step: 7, going: true, helpers: 1 })
    expect(FakeWorker.alive()).toEqual(['model1', helper])
  })
})

describe('too little memory', () => {
  it('for one save is told, ends nothing, and the next is kept', async () => {
    await train(1)
    FakeWorker.faults = [{ name: 'model1', at: 'state', does: 'refuses' }]
    await pass(11)
    expect(troubles).toEqual(['Array buffer allocation failed'])
    expect(kept).toEqual([])
    expect(lead()).toMatchObject({ step: 7, going: true })
    await pass(10)
    expect(kept).toEqual([7])
  })

  it.each([[true, ' The last checkpoint can be downloaded under Keep.'], [false, '']])('for the program itself, three times: a checkpoint is promised only where there is one (%s)', async (there, promise) => {
    await train(1)
    if (there) await session.checkpoints.keep()
    for (let i = 0; i < 3; i++) {
      lead().tell({ event: 'dead', message: 'Out of memory.' })
      await pass(1)
    }
    expect(told.at(-1)).toEqual({ event: 'failed', code: 'worker',
      message: `The worker stopped three times in five minutes, so the run was ended. The last reason: Out of memory.${promise}` })
  })
})

describe('a run that has ended', () => {
  it('does not train again when it is resumed', async () => {
    await session.load(new Uint8Array([255]).buffer)
    await expect(session.resume()).rejects.toThrow('the run has taken all of its 255 steps')
    expect(told).toEqual([])
    await pass(30)
    expect(kept).toEqual([])
  })

  it('is done when its worker dies before it has told so', async () => {
    await train(1)
    session.checkpoints.last = { bytes: new Uint8Array([255]).buffer, step: 255 }
    lead().tell({ event: 'dead', message: 'The Go program ended with code 2.' })
    await pass(1)
    expect(told.at(-1)).toEqual({ event: 'status', status: 'done' })
  })
})

describe('steps that are asked for', () => {
  it.each<[string, boolean, number[]]>([
    ['of a run that is paused', false, [1]],
    ['several', false, [4]],
    ['one after the other', false, [1, 1, 1]],
    ['of a run that began paused', true, [1]],
  ])('are kept: %s', async (_, paused, each) => {
    const begun = session.start({ model: 'model1', workers: 1 }, paused)
    await pass(1)
    await begun
    if (!paused) await session.pause()
    await pass(1)
    kept = []
    for (const n of each) {
      const end = session.step(n)
      await pass(1)
      await end
    }
    expect(kept.at(-1)).toBe(each.reduce((sum, n) => sum + n, 0))
  })
})
