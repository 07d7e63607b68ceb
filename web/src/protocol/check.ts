import { schema } from './program.gen'

// Compares messages with the types of core/protocol. Only for tests and development:
// whoever calls it does so behind import.meta.env.DEV, so that the shipped page has neither
// this nor the schema.

interface Shape {
  fields: Record<string, string>
  /** Fields that the page has no use for may stand beside. */
  open?: boolean
  /** A union of which one stands beside the fields, or may. */
  beside?: string
  maybe?: boolean
}

const shapes: Record<string, Shape> = schema.shapes
const unions: Record<string, readonly string[]> = schema.unions
const words: Record<string, readonly string[]> = schema.words
const commands: Record<string, { request: string; result: string }> = schema.commands

/** What is wrong with what a command is given; null: nothing. */
export const wrongRequest = (command: string, request: unknown) => wrong(command, 'request', `The request of "${command}"`, request)
/** What is wrong with what a command gives. */
export const wrongResult = (command: string, result: unknown) => wrong(command, 'result', `The result of "${command}"`, result)
/** What is wrong with an event. */
export const wrongEvent = (event: unknown) => wrongType('RunEvent', event, `The event "${(event as { event?: unknown } | null)?.event}"`)

function wrong(command: string, part: 'request' | 'result', name: string, value: unknown): string | null {
  return Object.hasOwn(commands, command) ? wrongType(commands[command]![part], value, name) : `There is no command "${command}".`
}

/** The sentence on a value; `at` names it. */
function wrongType(type: string, value: unknown, at: string): string | null {
  if (type.endsWith('|null')) return value === null ? null : wrongType(type.slice(0, -5), value, at)
  if (type.endsWith('[]')) return Array.isArray(value) ? first(value, (one, i) => wrongType(type.slice(0, -2), one, `${at}[${i}]`)) : not('an array', value, at)
  if (type.startsWith('{')) return isObject(value) ? first(Object.entries(value), ([key, one]) => wrongType(type.slice(1, -1), one, `${at}.${key}`)) : not('an object', value, at)
  if (type.startsWith('=')) return value === type.slice(1) ? null : not(`"${type.slice(1)}"`, value, at)
  if (words[type]) return words[type].includes(value as string) ? null : not(`one of ${words[type].join(', ')}`, value, at)
  if (unions[type]) return wrongUnion(unions[type], value, at)
  if (shapes[type]) return isObject(value) ? wrongShape(shapes[type], value, at) : not('an object', value, at)
  return kinds[type]?.(value) ? null : not(article(type), value, at)
}

const kinds: Record<string, (value: unknown) => boolean> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  number: (value) => typeof value === 'number',
  whole: (value) => Number.isInteger(value),
  Buffer: (value) => value instanceof ArrayBuffer || (typeof SharedArrayBuffer !== 'undefined' && value instanceof SharedArrayBuffer),
  ArrayBuffer: (value) => value instanceof ArrayBuffer,
  MessagePort: (value) => value instanceof MessagePort,
  Module: (value) => value instanceof WebAssembly.Module,
  Uint8Array: (value) => value instanceof Uint8Array,
  Uint8ClampedArray: (value) => value instanceof Uint8ClampedArray,
  Uint32Array: (value) => value instanceof Uint32Array,
  Float32Array: (value) => value instanceof Float32Array,
}

function wrongShape(shape: Shape, value: Record<string, unknown>, at: string): string | null {
  let { fields } = shape
  if (shape.beside) {
    const of = unions[shape.beside]!
    const found = pick(of, value)
    if (found) fields = { ...fields, ...found.fields }
    else if (!shape.maybe) return `${at} fits none of ${of.join(', ')}.`
  }
  const known = new Set(Object.keys(fields).map((key) => key.replace('?', '')))
  const stranger = shape.open ? undefined : Object.keys(value).find((key) => !known.has(key))
  if (stranger !== undefined) return `${at} has a field "${stranger}" that the protocol does not know.`
  return first(Object.entries(fields), ([key, type]) => {
    const name = key.replace('?', '')
    if (value[name] === undefined) return key.endsWith('?') ? null : `${at} lacks its field "${name}".`
    return wrongType(type, value[name], `${at}: "${name}"`)
  })
}

function wrongUnion(of: readonly string[], value: unknown, at: string): string | null {
  if (!isObject(value)) return not('an object', value, at)
  const found = pick(of, value)
  return found ? wrongShape(found, value, at) : `${at} fits none of ${of.join(', ')}.`
}

/** Which of a union a value means to be: the event of its name, or whatever has any of its fields. */
function pick(of: readonly string[], value: Record<string, unknown>): Shape | undefined {
  return of.map((name) => shapes[name]!).find(({ fields }) =>
    fields.event ? wrongType(fields.event, value.event, '') === null : Object.keys(fields).some((key) => key in value))
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value)

function first<T>(all: readonly T[], wrong: (one: T, i: number) => string | null): string | null {
  for (const [i, one] of all.entries()) {
    const found = wrong(one, i)
    if (found) return found
  }
  return null
}

const article = (type: string) => (type === 'whole' ? 'a whole number' : type === 'Buffer' ? 'an ArrayBuffer' : /^[AEIOU](?!int)/.test(type) ? `an ${type}` : `a ${type}`)
const not = (wanted: string, value: unknown, at: string) => `${at} must be ${wanted}, not ${told(value)}.`

function told(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (typeof value === 'string') return `"${value}"`
  const name = (value as object).constructor?.name ?? 'Object'
  return name === 'Object' ? 'an object' : article(name)
}
