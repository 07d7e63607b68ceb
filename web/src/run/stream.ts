import { server, type RunDocument, type ServerFailure } from './server'
import type { RunEvent } from './words'

/** What the server tells of one run: the run as it is now, its events, its states. */
export type Streamed =
  | RunEvent
  | { event: 'run'; run: RunDocument }
  | { event: 'state'; state: RunDocument['state']; error?: RunDocument['error'] }
  | { event: 'unsaved'; step: number; error: ServerFailure }

/** What the stream of all runs holds: first the runs as they are, then each event with its run's name. */
type Message = { runs: RunDocument[] } | { run: string; event: Streamed }

type Hearer = (event: Streamed) => void

// One stream for all runs, open while somebody listens and the page is seen: a
// browser opens six connections to a server at most, all tabs together.
const hearers = new Map<string, Hearer>()
let source: EventSource | null = null
let last = ''
const retryAfter = 5000

function settle() {
  if (hearers.size > 0 && document.visibilityState === 'visible') {
    if (source) return
    source = server.events(last)
    source.onmessage = ({ data, lastEventId }: MessageEvent<string>) => {
      last = lastEventId
      take(JSON.parse(data) as Message)
    }
    // A browser tries again where the connection broke, but not where the server refused it: it may have too many at the moment.
    source.onerror = () => {
      if (source?.readyState !== EventSource.CLOSED) return
      source = null
      setTimeout(settle, retryAfter)
    }
  } else {
    source?.close()
    source = null
  }
}

function take(message: Message) {
  if ('run' in message) hearers.get(message.run)?.(message.event)
  else for (const run of message.runs) hearers.get(run.id)?.({ event: 'run', run })
}

document.addEventListener('visibilitychange', settle)

/** Hears a run's events from now on; a page that comes back to sight hears what it missed. */
export function follow(id: string, hearer: Hearer) {
  if (hearers.size === 0) last = ''
  hearers.set(id, hearer)
  settle()
}

export function leave(id: string) {
  hearers.delete(id)
  settle()
}
