/** The least time between two pictures of the runs, in milliseconds: ten a second look live. */
const rest = 100

const waiting = new Set<() => void>()
let asked = false
let last = -Infinity

/**
 * Calls `draw` before the browser's next picture, with all others that wait, ten
 * times a second at most. Nobody looks at a hidden page: there it waits until
 * the page is seen again.
 */
export function beforeNextPicture(draw: () => void) {
  waiting.add(draw)
  if (asked) return
  asked = true
  const ask = () => requestAnimationFrame(drawAll)
  const left = last + rest - performance.now()
  if (left > 0) setTimeout(ask, left)
  else ask()
}

function drawAll() {
  asked = false
  last = performance.now()
  const all = [...waiting]
  waiting.clear()
  for (const draw of all) draw()
}
