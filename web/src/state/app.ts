import { computed, signal, type Signal } from '@preact/signals'
import { firstSettings, type Settings } from '../models/recipes'
import { LocalSession } from '../run/local'
import { Run } from '../run/run'
import type { ModelName, RecipeName } from '../run/words'
import type { Recipe } from '../worker/protocol'

export const viewNames = ['train', 'test', 'look', 'draw', 'keep', 'runs'] as const
export type ViewName = (typeof viewNames)[number]
export type Theme = 'auto' | 'light' | 'dark'

/** What the page shows and what a person has chosen; views read and write it, nothing else holds state. */
export const view = signal<ViewName>('train')
export const theme = signal<Theme>('auto')
/** The models that Train starts. */
export const chosen = signal<readonly ModelName[]>(['model1'])
/** The one model that single-key commands mean. */
export const current = signal<ModelName>('model1')
export const settings = signal<Settings>(firstSettings)
/** The image that Look shows, and Test opens. */
export const image = signal<{ split: 'train' | 'test'; index: number }>({ split: 'test', index: 123 })
/** The layer of each model whose maps are shown, in Look and in Draw; `all`: a few maps of each. */
export const layerShown: Record<ModelName, Signal<string>> = { model1: signal('conv1'), model2: signal('features.0') }
/** The shipped weights that a link asks for: a recipe, or `none`; null: the page's own choice. */
export const startWeights = signal<string | null>(null)
/** Controls that a link hides, as teachers' links do. */
export const hidden = signal<ReadonlySet<string>>(new Set())

const session1 = new LocalSession('model1')
const session2 = new LocalSession('model2')
/** The workers of this browser; also what computes maps and predictions. */
export const sessions: Record<ModelName, LocalSession> = { model1: session1, model2: session2 }
/** The run of each model in this browser. */
export const here: Record<ModelName, Run> = { model1: new Run('here-model1', session1), model2: new Run('here-model2', session2) }
/** What the program can train each model by; empty until it has started. */
export const recipes: Record<ModelName, ReturnType<typeof signal<readonly Recipe[]>>> = { model1: signal<readonly Recipe[]>([]), model2: signal<readonly Recipe[]>([]) }
session1.onRecipes = (found) => { recipes.model1.value = found }
session2.onRecipes = (found) => { recipes.model2.value = found }
/** Runs on the server that the page follows. */
export const onServer = signal<readonly Run[]>([])

export interface Trained {
  /** Where the weights came from; null: random. */
  from: 'run' | 'file' | 'shipped' | 'taught' | null
  /** The file's name, or the recipe of shipped weights. */
  name?: string
  /** Of shipped weights. */
  recipe?: RecipeName
  /** Grows whenever the weights change, so that views ask again. */
  version: number
}
const untrained: Trained = { from: null, version: 0 }
export const trained: Record<ModelName, ReturnType<typeof signal<Trained>>> = {
  model1: signal<Trained>(untrained),
  model2: signal<Trained>(untrained),
}

/** Whether a model has learned nothing; unlike `trained`, this does not change at every step of a run. */
export const blank = {
  model1: computed(() => trained.model1.value?.from === null),
  model2: computed(() => trained.model2.value?.from === null),
}

export function touch(model: ModelName, from: Trained['from'], name?: string, recipe?: RecipeName) {
  const old = trained[model].peek() ?? untrained
  trained[model].value = { from, version: old.version + 1, ...(name ? { name } : {}), ...(recipe ? { recipe } : {}) }
}

/** Sentences on trouble, shown until dismissed. */
export const troubles = signal<readonly { id: number; message: string }[]>([])
let lastTrouble = 0
export function complain(error: unknown) {
  const message = error instanceof Error ? error.message : String(error)
  if (troubles.peek().some((old) => old.message === message)) return
  troubles.value = [...troubles.peek(), { id: ++lastTrouble, message }]
}
export function dismiss(id: number) {
  troubles.value = troubles.peek().filter((trouble) => trouble.id !== id)
}

/** The one polite live region: what was said last. */
export const said = signal('')
let saying: ReturnType<typeof setTimeout> | undefined
export function say(sentence: string) {
  clearTimeout(saying)
  // The same sentence again is a change only after silence.
  if (said.peek() !== sentence) said.value = sentence
  else {
    said.value = ''
    saying = setTimeout(() => { said.value = sentence }, 100)
  }
}

/** What came of something that a person asked for and that changes nothing in sight: said, and shown for a while. */
export const shown = signal('')
let showing: ReturnType<typeof setTimeout> | undefined
export function show(sentence: string, seconds = 6) {
  say(sentence)
  shown.value = sentence
  clearTimeout(showing)
  showing = setTimeout(() => { shown.value = '' }, 1000 * seconds)
}
