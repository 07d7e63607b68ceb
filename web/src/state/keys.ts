import { shortcutsOn, shortcutsShown } from '../parts/Shortcuts'
import { current, view, viewNames } from './app'
import { resetAsked } from '../views/train/Controls'
import { saveWeights } from '../keep/files'
import { pressMain, stepChosen } from './training'

/** Keys of the view that is shown now; the pad adds its own. */
export const viewKeys = new Map<string, () => void>()

const everywhere: Record<string, () => void> = {
  ' ': () => void pressMain(),
  '.': () => void stepChosen(),
  r: () => { view.value = 'train'; resetAsked.value = true },
  s: () => void saveWeights(current.value, 'last'),
  d: () => { view.value = 'draw' },
  m: () => { current.value = current.value === 'model1' ? 'model2' : 'model1' },
  '?': () => { shortcutsShown.value = true },
}
viewNames.forEach((name, i) => { everywhere[String(i + 1)] = () => { view.value = name } })

const typing = 'input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable], dialog, [data-own-keys]'
const pressing = 'button, a, summary, input'

export function listenToKeys() {
  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || !shortcutsOn.value) return
    const target = event.target as Element
    if (target.closest?.(typing)) return
    if (event.key === ' ' && target.closest?.(pressing)) return
    const name = event.key.length === 1 ? event.key : ''
    const act = viewKeys.get(name) ?? everywhere[name] ?? everywhere[name.toLowerCase()]
    if (!act) return
    event.preventDefault()
    // A key held down trains and pauses once.
    if (event.repeat && name === ' ') return
    act()
  })
}
