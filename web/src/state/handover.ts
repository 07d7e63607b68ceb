import { loadBytes } from '../keep/files'
import { hash } from '../keep/hash'
import type { Run } from '../run/run'
import { isUnknown, server, ServerError, type RunDocument } from '../run/server'
import type { EngineChoice, ModelName } from '../run/words'
import { newId } from '../run/id'
import { t } from '../words'
import { complain, here, sessions } from './app'
import { begin, isOnItsWay, keep, know, over, untilKnown, type ShownMove } from './moves'

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))
const codeOf = (error: unknown) => (error instanceof ServerError ? error.code : '')
const works = ({ state }: RunDocument) => state === 'running' || state === 'queued'

/** What lets a run go on here that was paused to be sent, if it is still the one that stands here. */
const goOns = new WeakMap<ShownMove, () => Promise<void>>()

/** A run that was sent does not go on here, in whichever tab, while it is not known where it is. */
export function holdWhileOnItsWay(run: Run) {
  run.hold = () => (isOnItsWay(run.model, run.history.peek().run) ? t.runs.held(t.models[run.model]) : null)
}

/** Hands this page's run over: paused here first, so that both do not go on with it. Resolves with the sentence on it. */
export async function send(model: ModelName, engine: EngineChoice): Promise<string> {
  const run = here[model]
  const { config, run: name } = run.history.peek()
  const id = `${model}-${config.recipe ?? 'report'}-${Date.now().toString(36)}-${newId().slice(0, 4)}`
  const move = begin({ what: 'send', model, id, sha256: '', ...(name ? { run: name } : {}) })
  const trained = run.status.peek() === 'running'
  const { edition } = run
  goOns.set(move, async () => {
    if (trained && run.edition === edition && run.status.peek() === 'paused') await run.resume()
  })
  try {
    if (trained) await run.pause()
    const bytes = await sessions[model].checkpoint()
    keep(know(move, { sha256: await hash(bytes) }))
    await server.takeOver(id, bytes, engine)
  } catch (error) {
    // It may have taken long: the sentence stays in sight.
    if (isUnknown(error)) throw new Error(await whatBecame(move, messageOf(error)))
    return stays(move, messageOf(error))
  }
  over(move)
  return t.runs.sent(t.models[model])
}

async function stays(move: ShownMove, why: string): Promise<never> {
  over(move)
  await goOns.get(move)?.().catch(complain)
  throw new Error(goOns.has(move) ? t.runs.stays(t.models[move.model], why) : t.runs.notTaken(t.models[move.model]))
}

/** Asks what became of a run that was sent, however long that takes. */
export async function whatBecame(move: ShownMove, why: string): Promise<string> {
  const title = t.models[move.model]
  const document = await untilKnown(move, why, () => server.run(move.id), (error) => codeOf(error) !== 'not_found').catch(() => null)
  // There may be another run of that name: not ours.
  const taken = document !== null && (!move.sha256 || document.handed_over_sha256 === move.sha256)
  if (move.released) return taken ? pauseThere(move, document) : done(move, t.runs.notTaken(title))
  if (!taken) return stays(move, why)
  return done(move, t.runs.sentAfterAll(title, move.id))
}

function done(move: ShownMove, sentence: string) {
  over(move)
  return sentence
}

/** A person let it go on here: it must not go on there too. */
async function pauseThere(move: ShownMove, document: RunDocument) {
  const title = t.models[move.model]
  if (!works(document)) return done(move, t.runs.sentAfterAll(title, move.id))
  try {
    await server.order(move.id, 'pause')
    return t.runs.pausedThere(title, move.id)
  } catch (error) {
    throw new Error(t.runs.trainsTwice(title, move.id, messageOf(error)))
  } finally {
    over(move)
  }
}

/** Lets a run go on here without the server's answer, which is still asked for. */
export async function release(move: ShownMove) {
  keep(know(move, { released: true }))
  await goOns.get(move)?.().catch(complain)
}

/** Fetches a run from the server, paused there first. Where it cannot be had, it goes on there as it did. */
export async function fetchHere(model: ModelName, id: string, moving: boolean): Promise<string> {
  const move = begin({ what: 'fetch', model, id, sha256: '' })
  try {
    if (moving) {
      keep(move)
      if (works(await server.order(id, 'pause'))) throw new Error(t.runs.wentOn)
    }
    await loadBytes(model, await server.file(id, 'last'), id)
  } catch (error) {
    if (moving) throw new Error(await goOnThere(move, messageOf(error)))
    over(move)
    throw new Error(t.runs.staysThere(id, messageOf(error)))
  }
  over(move)
  return t.runs.brought(t.models[model])
}

/** Tells a run that was to be fetched to go on, however long that takes; resolves with where it is then. */
export async function goOnThere(move: ShownMove, why: string): Promise<string> {
  const { id } = move
  const waits = (error: unknown) => isUnknown(error) || codeOf(error) === 'busy'
  try {
    const sentence = await resumed(id, why).catch((error: unknown) => {
      if (waits(error)) return untilKnown(move, why, () => resumed(id, why), waits)
      throw error
    })
    return sentence
  } catch (error) {
    if (codeOf(error) !== 'not_found') return t.runs.pausedOnServer(id, messageOf(error))
    return t.runs.goneThere(id, why)
  } finally {
    over(move)
  }
}

/** Sets a run going; where that is refused, says how it stands instead. */
async function resumed(id: string, why: string): Promise<string> {
  let refused = ''
  const document = await server.order(id, 'resume').catch((error: unknown) => {
    if (isUnknown(error) || codeOf(error) === 'busy') throw error
    refused = messageOf(error)
    return server.run(id)
  })
  if (works(document)) return t.runs.staysThere(id, why)
  if (document.state === 'done' || document.state === 'failed') return t.runs.endedThere(id, why)
  return t.runs.pausedOnServer(id, refused ? `${why} ${refused}` : why)
}
