import { complain, here, say, sessions, show, touch } from '../state/app'
import type { ModelName, StepEvent } from '../run/words'
import { hear, newHistory, stepsPerEpoch, withChanges, type History } from '../run/history'
import { newId } from '../run/id'
import { lossOf, mayLose } from '../state/losing'
import { claim } from '../state/shipped'
import { t } from '../words'
import { saveFile } from './download'
import { ownerOf } from './owner'
import { bytes as size, count } from '../parts/format'

const type = 'application/octet-stream'

/** No run of these networks comes near it; the tab's memory does. */
const largest = 200_000_000

/** A run has best and last weights; others are themselves. */
export async function saveWeights(model: ModelName, which: 'best' | 'last' | 'weights' | 'taught') {
  try {
    const name = `${model}-${which}.safetensors`
    saveFile(name, await sessions[model].weights(which === 'best' ? 'best' : 'last'), type)
    say(t.keep.saved(name))
  } catch (error) {
    complain(error)
  }
}

export async function saveRun(model: ModelName) {
  try {
    const name = `${model}-run.safetensors`
    saveFile(name, await sessions[model].checkpoint(), type)
    say(t.keep.saved(name))
  } catch (error) {
    // A worker that died may have left its last checkpoint.
    const kept = sessions[model].checkpoints.last
    if (kept) saveFile(`${model}-run.safetensors`, new Uint8Array(kept.bytes).slice(), type)
    else complain(error)
  }
}

/** Loads weights or a run; what was there stays if the file is refused. */
export async function loadFile(model: ModelName, file: File) {
  if (file.size > largest) {
    complain(t.keep.tooLarge(file.name, size(file.size), size(largest)))
    return null
  }
  // The worker takes the bytes away, so what they hold is looked at before.
  let owner: ModelName | null = null
  try {
    const bytes = await file.arrayBuffer()
    owner = ownerOf(bytes)
    // A file that is not this network's is refused, and replaces nothing.
    if (owner === model && !(await mayLose(lossOf(here[model])))) return null
    const sentence = await loadBytes(model, bytes, file.name)
    show(sentence)
    return sentence
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    complain(owner && owner !== model ? t.keep.otherModel(file.name, t.models[owner]) : t.keep.refused(file.name, why))
    return null
  }
}

/** The step that a loaded run is at, before it has told of any. */
function whereItWas(history: History, step: number, steps: number): StepEvent | null {
  if (step === 0 || steps === 0) return null
  const last = history.epochs.at(-1)
  return {
    event: 'step', epoch: Math.ceil(step / stepsPerEpoch(history)), step, steps,
    train_loss: last?.train_loss ?? NaN, train_acc: last?.train_acc ?? NaN, lr: last?.lr ?? history.config.lr ?? NaN,
    images_per_second: null, seconds: null,
  }
}

export async function loadBytes(model: ModelName, bytes: ArrayBufferLike, name: string): Promise<string> {
  const found = await place(model, bytes, name)
  if (found.what === 'weights') return t.keep.loadedWeights(t.models[model], name)
  return t.keep[found.complete ? 'loadedEnd' : 'loadedRun'](t.models[model], name, count(found.step ?? 0))
}

/** Puts weights or a run in the place of what a model has; a run is a new one unless it is known by a name. */
export async function place(model: ModelName, bytes: ArrayBufferLike, name: string, run = newId()) {
  claim(model)
  const found = await sessions[model].load(bytes)
  if (found.what === 'weights') {
    here[model].restore(newHistory({ model }))
    touch(model, 'file', name)
    return found
  }
  const config = found.config ?? { model }
  const begun = { ...newHistory(config, found.complete ? 'done' : 'paused'), run, ...(found.images ? { images: found.images } : {}) }
  const history = (found.history ?? []).reduce(hear, begun)
  const whole = withChanges(history, found.changes ?? [])
  here[model].restore({ ...whole, live: whereItWas(whole, found.step ?? 0, found.steps ?? 0) })
  touch(model, 'run')
  return found
}
