import { newHistory } from '../run/history'
import { modelNames, type ModelName } from '../run/words'
import { t } from '../words'
import type { Calibration } from '../worker/protocol'
import { complain, here, sessions, show, startWeights, touch, trained } from './app'
import { lossOf, mayLose } from './losing'
import { firstOf, shippedOf, type Shipped } from './shippedList'

// Trained weights that come with the page: files of web/weights, known when the
// page is built, so that a page without them asks for nothing.
const files = import.meta.glob<string>('../../weights/*.safetensors', { query: '?url', import: 'default', eager: true })
const cards = import.meta.glob<string>('../../weights/*.card.json', { query: '?url', import: 'default', eager: true })

export const shipped: readonly Shipped[] = shippedOf(files, cards)

/** The figures of a card that the page shows. */
export interface Card {
  test: { accuracy: number; images: number }
  calibration?: Calibration
}

const get = async (address: string) => {
  const answer = await fetch(new URL(address, import.meta.url))
  if (!answer.ok) throw new Error(t.trouble.shippedMissing(address.split('/').pop() ?? address, answer.status))
  return answer
}

export const cardOf = async ({ card }: Shipped): Promise<Card | null> => (card ? ((await (await get(card)).json()) as Card) : null)

/** Models that a person has given something to since the page was opened. */
const claimed = new Set<ModelName>()
export const claim = (model: ModelName) => { claimed.add(model) }
const free = (model: ModelName) => !claimed.has(model) && here[model].status.peek() === 'idle' && trained[model].peek()?.from === null

/** Puts shipped weights in place of what the models have. */
export async function takeShipped(...ones: readonly Shipped[]) {
  if (await mayLose(ones.flatMap(({ model }) => lossOf(here[model])))) await Promise.all(ones.map(put))
}

async function put(one: Shipped) {
  claim(one.model)
  const bytes = await (await get(one.weights)).arrayBuffer()
  await sessions[one.model].load(bytes)
  here[one.model].restore(newHistory({ model: one.model }))
  touch(one.model, 'shipped', t.train.recipes[one.recipe], one.recipe)
  show(t.owned.shipped(t.train.recipes[one.recipe]))
}

/**
 * On a first visit each model gets its shipped weights, unless something else
 * comes first. They are on their way while the program is, and go ahead of the
 * images. Resolves when both models have theirs, or have told why not.
 */
export async function loadShipped() {
  await Promise.all(modelNames.map((model) => {
    const one = firstOf(shipped, model, startWeights.peek())
    if (!one) return
    const bytes = get(one.weights).then((answer) => answer.arrayBuffer())
    bytes.catch(() => {}) // told below, where it is awaited
    return new Promise<void>((done) => {
      sessions[model].onProgram = async (give) => {
        sessions[model].onProgram = () => {}
        try {
          const weights = await bytes
          if (!free(model)) return
          await give(weights)
          if (free(model)) touch(model, 'shipped', t.train.recipes[one.recipe], one.recipe)
        } catch (error) {
          complain(error)
        } finally {
          done()
        }
      }
    })
  }))
}
