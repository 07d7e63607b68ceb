import type { Config, ModelName, Monitor, RecipeName } from '../run/words'

/** What the Train view lets a person set; null stands for "as the recipe says". */
export interface Settings {
  recipe: RecipeName
  epochs: number | null
  lr: number | null
  seed: number
  limit: number
  workers: number
  monitor: Monitor | null
}

export const allImages = 54_000

export const firstSettings: Settings = {
  recipe: 'report', epochs: null, lr: null, seed: 42, limit: allImages, workers: 1, monitor: null,
}

/** Ranges of the settings; generous, so that breaking a network is possible too. */
export const ranges = {
  epochs: { min: 1, max: 200 },
  lr: { min: 1e-6, max: 10 },
  seed: { min: 0, max: 4_294_967_295 },
  limit: { min: 128, max: allImages },
  workers: { min: 1, max: 16 },
} as const

/** The words of run.json for a model; what the recipe decides is left out. */
export function toConfig(model: ModelName, settings: Settings): Config {
  const config: Config = { model, recipe: settings.recipe, seed: settings.seed, workers: settings.workers }
  if (settings.epochs !== null) config.epochs = settings.epochs
  if (settings.lr !== null) config.lr = settings.lr
  if (settings.limit < allImages) config.limit = settings.limit
  if (settings.monitor !== null) config.monitor = settings.monitor
  return config
}
