import { modelNames, recipeNames, type ModelName, type RecipeName } from '../run/words'

/** Weights of a model by a recipe, and the card that tells how good they are. */
export interface Shipped {
  model: ModelName
  recipe: RecipeName
  weights: string
  card: string | null
}

export function shippedOf(weights: Record<string, string>, described: Record<string, string>): Shipped[] {
  return Object.entries(weights).flatMap(([path, address]) => {
    const [, model, recipe] = /(model[12])-(\w+)\.safetensors$/.exec(path) ?? []
    if (!modelNames.includes(model as ModelName) || !recipeNames.includes(recipe as RecipeName)) return []
    return [{ model: model as ModelName, recipe: recipe as RecipeName, weights: address, card: described[path.replace(/safetensors$/, 'card.json')] ?? null }]
  })
}

/** The weights that the page opens with: the link's choice, else those that understand drawings, which visitors try first. */
export function firstOf(all: readonly Shipped[], model: ModelName, wanted: string | null): Shipped | null {
  if (wanted === 'none') return null
  const own = all.filter((one) => one.model === model)
  for (const recipe of [wanted, 'sketch', 'best', 'report']) {
    const found = own.find((one) => one.recipe === recipe)
    if (found) return found
  }
  return null
}
