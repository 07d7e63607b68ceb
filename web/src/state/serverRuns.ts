import { signal } from '@preact/signals'
import { toConfig } from '../models/recipes'
import { RemoteSession } from '../run/remote'
import { Run } from '../run/run'
import { historyOf, sentenceOf, server, type Device, type RunDocument } from '../run/server'
import type { EngineChoice, ModelName } from '../run/words'
import { t } from '../words'
import { complain, here, onServer, settings, show } from './app'
import { fetchHere, goOnThere, holdWhileOnItsWay, send, whatBecame } from './handover'
import { lossOf, mayLose } from './losing'
import { moveOf, takeUpMoves } from './moves'

export const device = signal<Device | null>(null)
/** What trains the runs that are sent to the server from now on. */
export const engine = signal<EngineChoice>('auto')
/** Null: not asked yet; false: there is no server with an API behind this page. */
export const reachable = signal<boolean | null>(null)

let asked = 0

/** Asks the server what it has; called when the Runs view opens, and after each order. */
export async function refresh() {
  const nth = ++asked
  try {
    const [machine, documents] = await Promise.all([server.device(), server.runs()])
    if (nth !== asked) return // a later question's answer is newer
    device.value = machine
    reachable.value = true
    // A run may be gone from the server's folder.
    for (const run of onServer.peek()) if (!documents.some((document) => document.id === run.id)) run.session.close()
    onServer.value = documents.map(adopt)
  } catch {
    if (nth === asked) reachable.value = false
  }
}

/** The run of a document: the one that is followed already, or a new one. */
function adopt(document: RunDocument): Run {
  const known = onServer.peek().find((run) => run.id === document.id)
  const run = known ?? adopted(document)
  const { session } = run
  if (!(session instanceof RemoteSession) || session.hears) return run
  update(run, document)
  session.follow(document.state) // somebody else may have set it going
  return run
}

function adopted({ id, config }: RunDocument): Run {
  const session = new RemoteSession(config.model, id)
  const run = new Run(id, session)
  session.onDocument = (now) => update(run, now)
  session.onUnsaved = (why) => complain(t.runs.unsaved(id, sentenceOf(why)))
  return run
}

/** The document's epochs; the steps that were heard stay. */
function update(run: Run, document: RunDocument) {
  const told = historyOf(document)
  run.catchUp()
  const known = run.history.peek()
  if (document.warning) complain(t.runs.unsaved(document.id, sentenceOf(document.warning)))
  run.restore({ ...told, trace: known.trace, live: known.live && known.live.step >= document.step ? known.live : told.live })
}

async function attempt(act: () => Promise<string>) {
  try {
    const sentence = await act()
    show(sentence)
    await refresh()
  } catch (error) {
    complain(error)
    void refresh()
  }
}

export const measuring = signal(false)
export async function measure() {
  measuring.value = true
  await attempt(async () => {
    device.value = await server.measure()
    return t.runs.measured
  })
  measuring.value = false
}

export const trainOnServer = (model: ModelName) => attempt(async () => {
  await server.add(toConfig(model, settings.peek()), engine.peek())
  return t.runs.begun(t.models[model])
})

/** Whether this model is on its way already; a second press of the same button is none. */
function onItsWay(model: ModelName, what: 'send' | 'fetch') {
  const move = moveOf(model)
  if (move && move.what !== what) complain(t.runs.moving(t.models[model]))
  return move !== undefined
}

export async function continueOnServer(model: ModelName) {
  if (!onItsWay(model, 'send')) await attempt(() => send(model, engine.peek()))
}

/** Fetches a run from the server, in the place of this page's. */
export async function bring(run: Run) {
  const { model, id } = run
  const own = here[model]
  if (onItsWay(model, 'fetch')) return
  if (own.status.peek() === 'running' || own.status.peek() === 'starting') complain(t.runs.trainsHere(t.models[model]))
  else if ((await mayLose(lossOf(own))) && !onItsWay(model, 'fetch')) {
    // A run that waits there would begin behind this page's back.
    const status = run.status.peek()
    await attempt(() => fetchHere(model, id, status === 'running' || status === 'queued'))
  }
}

/** What another page left unknown is asked after; what became of it stays in sight, since nobody waits for it. */
export function askAfterMoves() {
  for (const run of Object.values(here)) holdWhileOnItsWay(run)
  takeUpMoves((move) => attempt(async () => {
    throw new Error(await (move.what === 'send' ? whatBecame : goOnThere)(move, t.runs.reloaded))
  }))
}

export const order = (run: Run, what: 'pause' | 'resume' | 'stop') => attempt(async () => {
  await run[what]()
  return `${run.id}: ${t.train.statuses[run.status.peek()]}`
})
