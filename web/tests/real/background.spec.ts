import { expect, test } from '@playwright/test'
import { openTab, until, type Tab } from './tab'
import { record } from './watch'

// Training does not need to be looked at: in a tab behind another, whose timers tick
// once a second and which draws nothing, as many steps are done as in one that is seen.

// A phase is so long, in milliseconds, and longer on a slow machine: until so many steps
// are done, but not for ever.
const phase = { least: 5_000, steps: 10, most: 40_000 }
const rounds = 2

/** Steps a second within a phase, and timers of ten milliseconds that ran in each of its seconds. */
async function pace(tab: Tab) {
  const look = () => tab.value<{ at: number; step: number; ticks: number }>('({ at: performance.now(), step: seen.at(-1).step, ticks: window.ticks })')
  const from = await look()
  let to = from
  const over = () => to.at - from.at > phase.most || (to.at - from.at > phase.least && to.step - from.step >= phase.steps)
  while (!over()) {
    await new Promise((later) => setTimeout(later, 500))
    to = await look()
  }
  return { steps: (1000 * (to.step - from.step)) / (to.at - from.at), ticks: (1000 * (to.ticks - from.ticks)) / (to.at - from.at) }
}

test('training goes on at full speed in a hidden tab', async ({ baseURL, launchOptions }) => {
  test.setTimeout(300_000)
  const tab = await openTab(launchOptions, baseURL!, record)
  try {
    await tab.value('void atelier.train({ model: "model1", seed: 42, workers: 1 })')
    await tab.value('window.ticks = 0; setInterval(() => window.ticks++, 10)')
    await until(() => tab.value<boolean>('seen.length > 1'))
    const seen: number[] = []
    const hidden: number[] = []
    const ticks: number[] = []
    for (let round = 0; round < rounds; round++) {
      await tab.show()
      seen.push((await pace(tab)).steps)
      await tab.hide()
      const { steps, ticks: slow } = await pace(tab)
      hidden.push(steps)
      ticks.push(slow)
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length
    const ratio = mean(hidden) / mean(seen)
    console.log(`steps a second: ${seen.map((x) => x.toFixed(1))} seen, ${hidden.map((x) => x.toFixed(1))} hidden: ${ratio.toFixed(2)} times; timers a second while hidden: ${ticks.map((x) => x.toFixed(1))}`)
    // The browser did slow the page; else this test would show nothing.
    expect(Math.max(...ticks)).toBeLessThan(10)
    expect(ratio).toBeGreaterThan(0.5)
  } finally {
    await tab.close()
  }
})
