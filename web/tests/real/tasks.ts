import type { Page } from '@playwright/test'

/** A task of the page's main thread: when it began after the tracing did, how long it took, and how much of that the processor worked on it, in milliseconds. */
export interface Task { at: number; wall: number; processor: number }

interface TraceEvent { name: string; ph: string; ts: number; dur?: number; tdur?: number; pid: number; tid: number }

const mark = 'the page of this test'

/**
 * The main thread's tasks while `act` runs, the longest first. On a busy machine a
 * task's time is mostly waiting; what the page can be blamed for is its processor time.
 */
export async function tasksDuring(page: Page, act: () => Promise<void>): Promise<Task[]> {
  const browser = page.context().browser()!
  await browser.startTracing(page, { categories: ['toplevel', 'blink.user_timing'] })
  await page.evaluate((mark) => { performance.mark(mark) }, mark)
  await act()
  const { traceEvents } = JSON.parse((await browser.stopTracing()).toString()) as { traceEvents: TraceEvent[] }
  const own = traceEvents.find(({ name }) => name === mark)!
  const tasks = traceEvents.filter(({ name, ph, pid, tid }) => ph === 'X' && pid === own.pid && tid === own.tid && name === 'ThreadControllerImpl::RunTask')
  return tasks.map(({ ts, dur = 0, tdur = 0 }) => ({ at: (ts - own.ts) / 1000, wall: dur / 1000, processor: tdur / 1000 })).sort((a, b) => b.processor - a.processor)
}

export const told = (tasks: readonly Task[]) => tasks.slice(0, 3).map(({ at, wall, processor }) => `${processor.toFixed(0)} ms (in all ${wall.toFixed(0)}) at ${(at / 1000).toFixed(1)} s`).join(', ')
