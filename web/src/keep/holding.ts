// A run belongs to one tab at a time, which alone writes its copies: it holds a lock
// of the run's name. Where the browser has no locks (plain http from another machine)
// the tabs ask each other.

const prefix = 'atelier-run-'
/** The runs that are this tab's, or about to be. */
const mine = new Map<string, Promise<boolean>>()
const letGo = new Map<string, () => void>()

/** Makes a run this tab's own; false where it is another's. */
export function hold(run: string): Promise<boolean> {
  let held = mine.get(run)
  if (!held) {
    held = (navigator.locks ? lock(run) : claim(run)).then((got) => {
      if (!got) mine.delete(run)
      return got
    })
    mine.set(run, held)
  }
  return held
}

export function release(run: string) {
  mine.delete(run)
  letGo.get(run)?.()
  letGo.delete(run)
}

const lock = (run: string) => new Promise<boolean>((ready) => {
  navigator.locks.request(prefix + run, { ifAvailable: true }, (got) => {
    ready(got !== null)
    return got && new Promise<void>((done) => {
      if (mine.has(run)) letGo.set(run, done)
      else done()
    })
  }).catch(() => ready(true)) // a browser that grants no lock to this site keeps nothing for it, and tells so then
})

/** The runs that other tabs have. */
export async function elsewhere(): Promise<Set<string>> {
  const held = navigator.locks ? (await navigator.locks.query()).held ?? [] : null
  const names = held ? held.flatMap(({ name, mode }) => (name?.startsWith(prefix) && mode === 'exclusive' ? [name.slice(prefix.length)] : [])) : await ask()
  return new Set(names.filter((run) => !mine.has(run)))
}

const awaited = new Set<string>()
/** Tells when another tab lets go of a run, or ends. */
export function whenFree(run: string, tell: () => void) {
  if (!navigator.locks || awaited.has(run)) return
  awaited.add(run)
  navigator.locks.request(prefix + run, { mode: 'shared' }, () => {}).then(() => {
    awaited.delete(run)
    tell()
  }, () => {})
}

type Said = { asked: true } | { has: string[] }
const channel = typeof navigator !== 'undefined' && !navigator.locks && typeof BroadcastChannel === 'function' ? new BroadcastChannel('atelier-runs') : null
channel?.addEventListener('message', ({ data }: MessageEvent<Said>) => {
  if ('asked' in data && mine.size > 0) channel.postMessage({ has: [...mine.keys()] } satisfies Said)
})

/** What the other tabs say that they have, within a moment. */
async function ask(): Promise<string[]> {
  if (!channel) return []
  const found: string[] = []
  const hear = ({ data }: MessageEvent<Said>) => { if ('has' in data) found.push(...data.has) }
  channel.addEventListener('message', hear)
  channel.postMessage({ asked: true } satisfies Said)
  await new Promise((later) => setTimeout(later, 300))
  channel.removeEventListener('message', hear)
  return found
}

const claim = async (run: string) => !(await ask()).includes(run)
