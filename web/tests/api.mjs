// The server's API as far as the page's tests need it: one machine, one run
// that trains for ever, and what is posted.
const config = { model: 'model1', recipe: 'report', epochs: 12, batch: 128, lr: 0.001, seed: 42, monitor: 'val_acc' }
const rows = [[0.43, 0.84, 0.29, 0.897], [0.27, 0.89, 0.24, 0.909], [0.22, 0.916, 0.22, 0.919]]
const history = rows.map(([train_loss, train_acc, val_loss, val_acc], i) => ({
  epoch: i + 1, step: 422 * (i + 1), train_loss, train_acc, val_loss, val_acc, lr: 0.001, seconds: 20, weights_sha256: `${i}a`.repeat(32),
}))
const document = (id, more) => ({
  id, state: 'running', owner: 'server', config, step: 1300, steps: 5064, seconds: 61, history,
  environment: { engine: 'core', device: 'CPU', workers: 2, data: 'real' }, ...more,
})
const runs = [document('model1-report-20261122-101500')]

const device = {
  engines: [
    { name: 'core', device: '2 processors', workers: 2, available: true },
    { name: 'gomlx', device: 'XLA', workers: 1, available: false, note: 'No XLA plugin was found on this machine.' },
  ],
  cpus: 2, memory_bytes: 25_000_000_000, os: 'linux', arch: 'amd64', go: 'go1.26',
  speed: { model1: { images_per_second: 2600, from: 'run' }, model2: null }, recipe_hours: { model1: 0.07, model2: null }, seconds_left: 190,
}

/** Answers a request below /api/; false if it is not one. */
export function api(request, path, send, response, headers) {
  if (!path.startsWith('/api/')) return false
  const json = (status, value) => send(status, 'application/json', Buffer.from(JSON.stringify(value)))
  const name = path.slice('/api/'.length)
  const post = request.method === 'POST'
  if (post && request.headers.authorization !== 'Bearer test-token') json(401, { error: { code: 'no_token', message: 'This request needs the start token', hint: '' } })
  else if (name === 'device') json(200, device)
  else if (name === 'runs' && !post) json(200, { runs })
  else if (name === 'runs') {
    runs.unshift(document(`posted-${runs.length}`, { state: 'queued', history: [], step: 0 }))
    json(201, runs[0])
  } else if (name.endsWith('/checkpoint')) {
    runs.unshift(document(name.split('/')[1], { state: 'queued' }))
    json(201, runs[0])
  } else if (name === 'events') {
    response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream' })
    response.write(`id: 1\ndata: ${JSON.stringify({ runs, at: 1 })}\n\n`)
  } else {
    const run = runs.find((one) => one.id === name.split('/')[1])
    const to = { pause: 'paused', resume: 'running', stop: 'stopped' }[name.split('/')[2]]
    if (!run || !to) json(404, { error: { code: 'not_found', message: 'There is nothing at this address', hint: '' } })
    else json(200, Object.assign(run, { state: to }))
  }
  return true
}
