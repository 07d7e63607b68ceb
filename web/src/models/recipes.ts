import { split } from './networks.gen'
import type { Config, ModelName, Monitor, RecipeName } from '../run/words'

/** What the Train view lets a person set; null stands for "as the recipe says". */
export interface Settings {
  recipe: RecipeName
  epochs: number | null
  lr: number | null
  seed: number
  limit: number
  /** Null: as many as the machine has processors for. */
  workers: number | null
  monitor: Monitor | null
}

/** Training images of the report's split. */
export const allImages = split.train

export const firstSettings: Settings = {
  recipe: 'report', epochs: null, lr: null, seed: 42, limit: allImages, workers: null, monitor: null,
}

/** Ranges of the settings; generous, so that breaking a network is possible too. */
export const ranges = {
  epochs: { min: 1, max: 200 },
  lr: { min: 1e-6, max: 10 },
  seed: { min: 0, max: 4_294_967_295 },
  limit: { min: 128, max: allImages },
  workers: { min: 1, max: 16 },
} as const

/** More share a batch badly: it has eight shards. */
const mostWorkers = 8

/** The processors of the machine, shared out among the models that train at once. */
export function usualWorkers(models: number): number {
  return Math.max(1, Math.min(mostWorkers, Math.floor((navigator.hardwareConcurrency || 1) / Math.max(1, models))))
}

/** The words of run.json for a model that trains with others, `models` in all; what the recipe decides is left out. */
export function toConfig(model: ModelName, settings: Settings, models = 1): Config {
  const config: Config = { model, recipe: settings.recipe, seed: settings.seed, workers: settings.workers ?? usualWorkers(models) }
  if (settings.epochs !== null) config.epochs = settings.epochs
  if (settings.lr !== null) config.lr = settings.lr
  if (settings.limit < allImages) config.limit = settings.limit
  if (settings.monitor !== null) config.monitor = settings.monitor
  return config
}
