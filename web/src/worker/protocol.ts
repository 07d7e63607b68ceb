import type { DeadEvent, Failure, RunEvent } from '../protocol/program.gen'

/**
 * Page and worker talk in three kinds of message, all with v = 1:
 *
 *   {v, id, type, ...request}                                page to worker, a command
 *   {v, id, ok: true, result} or {v, id, ok: false, error}   its one reply
 *   {v, event}                                               worker to page, unasked
 *
 * What stands in them is written in core/protocol, from which ../protocol/program.gen.ts
 * is made. worker.ts answers `prepare`, `boot` and `ping` itself; every other command goes to
 * the Go program. A worker holds one network, its data and at most one run.
 */
export { version } from '../protocol/program.gen'
export type {
  Calibration, CommandName, Commands, ConvWindow, DeadEvent, Evidence, Explanation, Failure, Grade, McNemarTest, Nearest, Nine, Occlusion, Overlay,
  Picture, Pictures, Recipe, Scale, Source, Split,
} from '../protocol/program.gen'

export interface Command {
  v: 1
  id: number
  type: string
  [word: string]: unknown
}

export type Reply =
  | { v: 1; id: number; ok: true; result: unknown }
  | { v: 1; id: number; ok: false; error: Failure }

export interface Notice {
  v: 1
  event: RunEvent | DeadEvent
}

export type FromWorker = Reply | Notice
