import { effect } from '@preact/signals'
import { firstSettings, ranges, type Settings } from '../models/recipes'
import { modelNames, recipeNames, type ModelName, type Monitor, type RecipeName } from '../run/words'
import { chosen, hidden, image, settings, startWeights, view, viewNames, type ViewName } from './app'
import { takeToken } from './token'

// The settings live in the address, so that a link is an experiment:
// #v=1&view=look&model=both&seed=42&epochs=12&lr=0.001&recipe=report&img=test-123&weights=none&hide=lr
// Unknown words and values out of range are left aside.

export interface Linked {
  view: ViewName
  chosen: readonly ModelName[]
  settings: Settings
  image: { split: 'train' | 'test'; index: number }
  hidden: ReadonlySet<string>
  /** A recipe whose shipped weights the page opens with, or `none`. */
  weights: string | null
}

export function readHash(hash: string): Partial<Linked> {
  const words = new URLSearchParams(hash.replace(/^#/, ''))
  const found: Partial<Linked> = {}
  const name = words.get('view')
  if (viewNames.includes(name as ViewName)) found.view = name as ViewName
  const model = words.get('model')
  if (model === 'both') found.chosen = modelNames
  else if (modelNames.includes(model as ModelName)) found.chosen = [model as ModelName]
  const picture = /^(train|test)-(\d{1,5})$/.exec(words.get('img') ?? '')
  if (picture) found.image = { split: picture[1] as 'train' | 'test', index: Number(picture[2]) }
  if (words.has('hide')) found.hidden = new Set(words.get('hide')!.split(','))
  const weights = words.get('weights')
  if (weights === 'none' || recipeNames.includes(weights as RecipeName)) found.weights = weights
  found.settings = readSettings(words)
  return found
}

function readSettings(words: URLSearchParams): Settings {
  const number = (key: keyof typeof ranges, whole: boolean): number | null => {
    const text = words.get(key)
    const value = text === null || text === '' ? NaN : Number(text)
    const { min, max } = ranges[key]
    return Number.isFinite(value) && value >= min && value <= max && (!whole || Number.isInteger(value)) ? value : null
  }
  const recipe = words.get('recipe') as RecipeName
  const monitor = words.get('monitor')
  return {
    recipe: recipeNames.includes(recipe) ? recipe : firstSettings.recipe,
    epochs: number('epochs', true),
    lr: number('lr', false),
    seed: number('seed', true) ?? firstSettings.seed,
    limit: number('limit', true) ?? firstSettings.limit,
    workers: number('workers', true),
    monitor: monitor === 'val_loss' || monitor === 'val_acc' ? (monitor as Monitor) : null,
  }
}

/** Only what differs from a fresh page is written. */
export function writeHash(linked: Linked): string {
  const words = new URLSearchParams()
  const { settings: now } = linked
  if (linked.view !== 'train') words.set('view', linked.view)
  if (linked.chosen.length === 2) words.set('model', 'both')
  else if (linked.chosen[0] && linked.chosen[0] !== 'model1') words.set('model', linked.chosen[0])
  for (const key of ['recipe', 'epochs', 'lr', 'seed', 'limit', 'workers', 'monitor'] as const) {
    const value = now[key]
    if (value !== null && value !== firstSettings[key]) words.set(key, String(value))
  }
  if (linked.image.split !== 'test' || linked.image.index !== 123) words.set('img', `${linked.image.split}-${linked.image.index}`)
  if (linked.hidden.size > 0) words.set('hide', [...linked.hidden].join(','))
  if (linked.weights !== null) words.set('weights', linked.weights)
  const text = words.toString()
  return text === '' ? '' : `#v=1&${text}`
}

function apply(found: Partial<Linked>) {
  if (found.view) view.value = found.view
  if (found.chosen) chosen.value = found.chosen
  if (found.settings) settings.value = found.settings
  if (found.image) image.value = found.image
  if (found.weights) startWeights.value = found.weights
  if (found.hidden) hidden.value = found.hidden
}

/** Reads the address now and whenever it changes, and keeps it up to date. */
export function followHash() {
  apply(readHash(location.hash))
  const write = () => {
    const text = writeHash({
      view: view.value, chosen: chosen.value, settings: settings.value, image: image.value, hidden: hidden.value, weights: startWeights.value,
    })
    if (text !== location.hash) history.replaceState(null, '', text || location.pathname + location.search)
  }
  addEventListener('hashchange', () => {
    // The address that a server printed anew, put into an open tab, changes nothing but the token.
    if (takeToken()) write()
    else apply({ view: 'train', ...readHash(location.hash) })
  })
  effect(write)
}
