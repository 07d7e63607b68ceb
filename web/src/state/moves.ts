import { signal } from '@preact/signals'
import { modelNames, type ModelName } from '../run/words'
import { t } from '../words'
import { say } from './app'

/** A run on its way between this page and the server. */
export interface Move {
  what: 'send' | 'fetch'
  model: ModelName
  /** Its name in this browser; absent where an earlier version of the page sent it. */
  run?: string
  /** Its name on the server. */
  id: string
  /** Of the checkpoint that was sent; empty where the browser has no SubtleCrypto. */
  sha256: string
  /** A person let it go on here without the server's answer. */
  released?: boolean
}

/** What the page shows of one: under way, or unknown and why. */
export interface ShownMove extends Move { why: string | null }

export const moves = signal<readonly ShownMove[]>([])
export const moveOf = (model: ModelName) => moves.peek().find((move) => move.model === model)

export function sentenceOfMove({ what, model, id, why }: ShownMove): string {
  const title = t.models[model]
  if (why === null) return what === 'send' ? t.runs.sending(title) : t.runs.fetching(id)
  return what === 'send' ? t.runs.unknownSent(title, why) : t.runs.unknownFetched(id, why)
}

// A page that is reloaded before the answer asks after it: what was asked is
// written down before it is asked. A tab's moves are its own as long as it lives.
const key = 'atelier-moves'
const nameOf = ({ what, id }: Move) => `${key}-${what}-${id}`
const same = (a: Move) => (b: Move) => nameOf(a) === nameOf(b)

function readable(found: unknown): found is Move {
  const { what, model, id, sha256 } = (found ?? {}) as Partial<Move>
  return (what === 'send' || what === 'fetch') && modelNames.some((name) => name === model) && typeof id === 'string' && typeof sha256 === 'string'
}

function stored(): Move[] {
  try {
    const found = JSON.parse(localStorage.getItem(key) ?? '[]') as unknown
    return Array.isArray(found) ? found.filter(readable) : []
  } catch {
    return [] // a browser that keeps nothing
  }
}

/** Whether a run was sent, by this tab or another, and it is not known where it is. */
export const isOnItsWay = (model: ModelName, run?: string) => [...moves.peek(), ...stored().filter((one) => !moves.peek().some(same(one)))]
  .some((move) => move.what === 'send' && !move.released && move.model === model && (move.run ?? run) === run)

function store(all: readonly Move[]) {
  try {
    if (all.length > 0) localStorage.setItem(key, JSON.stringify(all))
    else localStorage.removeItem(key)
  } catch {
    // It is still followed as long as the page stays.
  }
}

/** Does what holds a move for this tab; others wait until it is over, or the tab is gone. */
function holding(move: Move, act: () => Promise<void>) {
  const { locks } = navigator
  if (locks) void locks.request(nameOf(move), act).catch(() => {})
  else void act()
}

const ends = new Map<string, () => void>()

/** Begins one; shown from now on, and remembered once it is `keep`t. */
export function begin(move: Move): ShownMove {
  const shown = { ...move, why: null }
  moves.value = [...moves.peek(), shown]
  return shown
}

/** Remembers it beyond this page: what it asks of the server is sent now. */
export function keep(move: ShownMove) {
  const { why: _, ...plain } = move
  store([...stored().filter((one) => !same(move)(one)), plain])
  if (!ends.has(nameOf(move))) holding(move, () => new Promise((resolve) => ends.set(nameOf(move), resolve)))
}

/** Changes what is known of it. */
export function know(move: ShownMove, more: Partial<ShownMove>): ShownMove {
  Object.assign(move, more)
  moves.value = [...moves.peek()]
  return move
}

export function over(move: ShownMove) {
  moves.value = moves.peek().filter((one) => !same(move)(one))
  store(stored().filter((one) => !same(move)(one)))
  ends.get(nameOf(move))?.()
  ends.delete(nameOf(move))
}

const awaited = new Set<string>()

/** Takes up the moves that a page before this one, or another tab, left without their end. */
export function takeUpMoves(act: (move: ShownMove) => Promise<void>) {
  takeUpStored(act)
  // Only a lock tells whether the other tab is still there.
  if (navigator.locks) addEventListener('storage', (event) => { if ((event as StorageEvent).key === key) takeUpStored(act) })
}

function takeUpStored(act: (move: ShownMove) => Promise<void>) {
  for (const move of stored()) {
    if (awaited.has(nameOf(move))) continue
    awaited.add(nameOf(move))
    holding(move, async () => {
      awaited.delete(nameOf(move))
      if (!stored().some(same(move)) || moves.peek().some(same(move))) return
      await act(begin(stored().find(same(move)) ?? move))
    })
  }
}

const wakers = new Map<string, () => void>()
const delays = [1, 2, 4, 8]

/** Asks until there is an answer: after a while, and whenever a person presses for it. */
export async function untilKnown<T>(move: ShownMove, why: string, ask: () => Promise<T>, goesOn: (error: unknown) => boolean): Promise<T> {
  for (let nth = 0; ; nth++) {
    know(move, { why })
    if (nth === 0 && !move.released) say(sentenceOfMove(move))
    await new Promise<void>((resolve) => {
      const clock = setTimeout(resolve, 1000 * (delays[nth] ?? 10))
      wakers.set(nameOf(move), () => {
        clearTimeout(clock)
        resolve()
      })
    })
    try {
      return await ask()
    } catch (error) {
      if (!goesOn(error)) throw error
      why = (error as Error).message
    }
  }
}

export const askAgain = (move: Move) => wakers.get(nameOf(move))?.()
