import { signal } from '@preact/signals'
import { own } from '../../keep/own'
import { lessonLimits } from '../../protocol/program.gen'
import { toLine } from '../../run/drawing'
import { modelNames, type ModelName } from '../../run/words'
import { complain, say, sessions, touch, trained, type Trained } from '../../state/app'
import { t } from '../../words'
import type { Grade } from '../../worker/protocol'

/** The fewest and the most drawings of a lesson. */
export const { min: least, max: most } = lessonLimits
/** Of the variations of drawings and of what is replayed: the same lesson has the same end. */
const seed = 42

/** A lesson under way. */
export interface Lesson {
  phase: 'before' | 'steps' | 'after'
  step: number
  steps: number
}

/** What came of the last one. */
export interface Learned {
  before: Grade
  after: Grade
  /** The drawings, in the order of the grades' answers. */
  ids: string[]
  seconds: number
  /** Whose the weights were. */
  earlier: Trained
}

export const lessons: Record<ModelName, ReturnType<typeof signal<Lesson | null>>> = { model1: signal<Lesson | null>(null), model2: signal<Lesson | null>(null) }
const ends: Record<ModelName, ReturnType<typeof signal<Learned | null>>> = { model1: signal<Learned | null>(null), model2: signal<Learned | null>(null) }
const stopping = new Set<ModelName>()

/** What a model has learned, for as long as it has the weights of the lesson. */
export const learned = (model: ModelName): Learned | null => (trained[model].value?.from === 'taught' ? ends[model].value ?? null : null)

/** Teaches a model this person's drawings. It begins with the weights from before any lesson. */
export async function teach(model: ModelName) {
  const drawings = own.peek() ?? []
  if (lessons[model].peek() || drawings.length < least) return
  const now = trained[model].peek()!
  const earlier = now.from === 'taught' ? (ends[model].peek()?.earlier ?? now) : now
  const begun = performance.now()
  const show = (lesson: Lesson) => { lessons[model].value = lesson }
  stopping.delete(model)
  show({ phase: 'before', step: 0, steps: 1 })
  try {
    const { steps, before } = await sessions[model].call('learn', {
      drawings: drawings.map(({ strokes }) => toLine({ strokes })), labels: drawings.map(({ label }) => label), seed,
    })
    for (let step = 0; step < steps && !stopping.has(model);) {
      show({ phase: 'steps', step, steps })
      ;({ step } = await sessions[model].call('learnStep', {}))
    }
    if (stopping.has(model)) {
      await sessions[model].call('learnEnd', { keep: false })
      say(t.lesson.stopped(t.models[model]))
      return
    }
    show({ phase: 'after', step: steps, steps })
    const { after } = await sessions[model].call('learnEnd', { keep: true })
    ends[model].value = { before, after: after!, ids: drawings.map(({ id }) => id), seconds: (performance.now() - begun) / 1000, earlier }
    touch(model, 'taught', String(drawings.length))
    say(t.lesson.done(t.models[model], before.own_right, after!.own_right, drawings.length))
  } catch (error) {
    complain(error)
  } finally {
    lessons[model].value = null
  }
}

// A lesson is in the worker alone: one that takes a dead worker's place has the weights from before it.
for (const model of modelNames) {
  sessions[model].subscribe((event) => {
    const end = event.event === 'replaced' ? learned(model) : null
    if (!end) return
    ends[model].value = null
    touch(model, end.earlier.from, end.earlier.name, end.earlier.recipe)
    complain(t.lesson.lost(t.models[model]))
  })
}

/** Ends a lesson under way; the weights stay as they are. */
export const stopTeaching = (model: ModelName) => { stopping.add(model) }

export async function undoLesson(model: ModelName) {
  const end = learned(model)
  if (!end) return
  try {
    await sessions[model].call('unlearn', {})
    ends[model].value = null
    touch(model, end.earlier.from, end.earlier.name, end.earlier.recipe)
    say(t.lesson.undone(t.models[model]))
  } catch (error) {
    complain(error)
  }
}
