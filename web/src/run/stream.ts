import type { AllRuns, RunEvent, ServerEvent } from '../protocol/program.gen'
import { server } from './server'

/** What the server tells of one run: the run as it is now, its events, its states. */
export type Streamed = RunEvent | ServerEvent

/**
 * What the stream of all runs holds: first the runs as they are after the event
 * `at`, then each event with its run's name. Where events were missed, they come
 * late, and those until `at` are older than the runs.
 */
type Message = AllRuns | { run: string; event: Streamed }

type Hearer = (event: Streamed) => void

// One stream for all runs, open while somebody listens and the page is seen: a
// browser opens six connections to a server at most, all tabs together.
const hearers = new Map<string, Hearer>()
let source: EventSource | null = null
/** The newest event's id. */
let last = ''
/** The event after which the open stream has told how all runs are; null: it has not yet. */
let told: number | null = null
const retryAfter = 5000

function settle() {
  if (hearers.size === 0 || document.visibilityState !== 'visible') {
    close()
    return
  }
  if (source) return
  source = server.events(last)
  source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
    last = lastEventId
    take(JSON.parse(data) as Message, Number(lastEventId))
  }
  // A browser tries again where the connection broke, but not where the server refused it: it may have too many at the moment.
  source.onerror = () => {
    told = null
    if (source?.readyState !== EventSource.CLOSED) return
    source = null
    setTimeout(settle, retryAfter)
  }
}

function close() {
  source?.close()
  source = null
  told = null
}

function take(message: Message, id: number) {
  if ('runs' in message) {
    told = message.at
    for (const run of message.runs) hearers.get(run.id)?.({ event: 'run', run })
  } else if (message.event.event !== 'state' || told === null || id > told) {
    hearers.get(message.run)?.(message.event)
  }
}

document.addEventListener('visibilitychange', settle)

/** Hears a run's events from now on; a page that comes back to sight hears what it missed. */
export function follow(id: string, hearer: Hearer) {
  if (hearers.size === 0) last = ''
  hearers.set(id, hearer)
  // What an open stream told of this run has gone by: a new one begins with the run as it is.
  close()
  queueMicrotask(settle)
}

/** Whether the open stream tells of a run: it knows more than the answer to any request, which may be older. */
export const hears = (id: string) => told !== null && hearers.has(id)

export function leave(id: string) {
  hearers.delete(id)
  settle()
}
