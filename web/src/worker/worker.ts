import type { Command, Failure, FromWorker } from './protocol'

// The first lines of a worker: start the Go program from a module that the page
// compiled once, hand it every command, and say so if it ends.
//
// The Go program finds one object, `globalThis.atelier`:
//   atelier.send(message, transfer)   posts a reply or a notice to the page
//   atelier.receive = f               the program's own function: called with each command
//   atelier.ready()                   called once `receive` stands; commands wait until then

interface GoProgram {
  importObject: WebAssembly.Imports
  exit: (code: number) => void
  run(instance: WebAssembly.Instance): Promise<void>
}

interface Bridge {
  send(message: FromWorker, transfer?: Transferable[]): void
  receive: ((command: Command) => void) | null
  ready(): void
}

const scope = globalThis as unknown as DedicatedWorkerGlobalScope & {
  Go: new () => GoProgram
  atelier: Bridge
}

const waiting: Command[] = []
let open = false
let dead = false

/** Commands whose answer's bytes are to be in shared memory. */
const shared = new Set<number>()

/** Twenty megabytes that the page hands on to others: copied here, where nobody waits, and never again. */
function share(message: FromWorker, transfer: Transferable[]): Transferable[] {
  if (!('ok' in message) || !shared.delete(message.id) || !message.ok) return transfer
  const result = message.result as { bytes: ArrayBufferLike }
  try {
    const room = new SharedArrayBuffer(result.bytes.byteLength)
    new Uint8Array(room).set(new Uint8Array(result.bytes))
    result.bytes = room
    return []
  } catch (error) {
    // Without room for a second copy the one that is there goes over: that takes none.
    if (error instanceof RangeError) return transfer
    throw error
  }
}

/** Posts a message; an answer that cannot go over is refused, since what throws into the Go program ends it, and the run with it. */
function post(message: FromWorker, transfer: Transferable[]) {
  try {
    scope.postMessage(message, share(message, transfer))
  } catch (error) {
    if (!('ok' in message)) throw error
    const memory = error instanceof RangeError || /out of memory/i.test(String(error))
    const why = memory ? 'There is too little memory to hand this over' : 'This cannot be handed over to the page'
    scope.postMessage({ v: 1, id: message.id, ok: false, error: { code: memory ? 'memory' : 'failed', message: `${why} (${String(error)}).` } } satisfies FromWorker)
  }
}

const bridge: Bridge = {
  send: (message, transfer = []) => post(message, transfer),
  receive: null,
  ready() {
    open = true
    for (const command of waiting.splice(0)) pass(command)
  },
}
scope.atelier = bridge

/** A dead program never answers again (golang/go#70829: not even after a RangeError), so the page replaces the worker. */
function die(message: string) {
  if (dead) return
  dead = true
  bridge.send({ v: 1, event: { event: 'dead', message } })
}

function pass(command: Command) {
  if (command.share === true && scope.crossOriginIsolated) shared.add(command.id)
  try {
    bridge.receive?.(command)
  } catch (error) {
    die(String(error))
  }
}

function refuse(id: number, error: Failure) {
  bridge.send({ v: 1, id, ok: false, error })
}

let loader: Promise<unknown> | null = null
/** Fetches wasm_exec.js, once. */
const load = (command: Command) => (loader ??= import(/* @vite-ignore */ String(command.exec)))

async function prepare(command: Command) {
  await load(command).catch(() => {}) // told by `boot`
  bridge.send({ v: 1, id: command.id, ok: true, result: {} })
}

async function boot(command: Command) {
  try {
    await load(command)
    const go = new scope.Go()
    let code = 0
    go.exit = (status) => { code = status }
    const instance = await WebAssembly.instantiate(command.module as WebAssembly.Module, go.importObject)
    // go.run resolves, and never rejects, when the program ends for any reason.
    void go.run(instance).then(() => die(`The Go program ended with code ${code}.`), (error) => die(String(error)))
    bridge.send({ v: 1, id: command.id, ok: true, result: {} })
  } catch (error) {
    refuse(command.id, { code: 'no_program', message: `The WebAssembly program did not start: ${String(error)}` })
  }
}

scope.onmessage = ({ data }: MessageEvent<Command>) => {
  if (data.type === 'ping') bridge.send({ v: 1, id: data.id, ok: true, result: {} })
  else if (data.type === 'prepare') void prepare(data)
  else if (data.type === 'boot') void boot(data)
  else if (open) pass(data)
  else waiting.push(data)
}
