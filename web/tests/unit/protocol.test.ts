import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { schema } from '../../src/protocol/program.gen'
import { usesOf } from './reads'

const web = join(import.meta.dirname, '../..')
const generated = join(web, 'src/protocol/program.gen.ts')
/** These go to scripts as they are: see window.atelier. */
const forScripts = ['BenchmarkTrainResult', 'BenchmarkInferResult']

type Shape = { fields: Record<string, string>; beside?: string }
const shapes: Record<string, Shape> = schema.shapes
const unions: Record<string, readonly string[]> = schema.unions

/** A type of the schema and all that it is made of. */
function reach(type: string, found = new Set<string>()): Set<string> {
  const name = type.replace(/^\{|\}$|\|null$|\[\]/g, '').replace(/\|null$/, '')
  if (found.has(name)) return found
  if (unions[name]) for (const one of unions[name]) reach(one, found)
  else if (shapes[name]) {
    found.add(name)
    for (const field of Object.values(shapes[name].fields)) reach(field, found)
    if (shapes[name].beside) reach(shapes[name].beside, found)
  }
  return found
}

describe('the generated types', () => {
  it('have no field that the page neither reads nor sends', { timeout: 120_000 }, () => {
    const { fields, read, written } = usesOf(join(web, 'tsconfig.json'), generated, (name) => name.startsWith(join(web, 'src/')))
    const sent = new Set(Object.values(schema.commands).flatMap(({ request }) => [...reach(request)]))
    const idle = fields.filter((name) => {
      const [owner, field] = name.split('.') as [string, string]
      if (forScripts.includes(owner) || owner.endsWith('Commands')) return false
      return !read.has(name) && !(sent.has(owner) && written.has(field))
    })
    expect(idle).toEqual([])
  })
})

describe('the search for reads', () => {
  let folder = ''
  const at = (name: string) => join(folder, name)
  beforeAll(() => {
    folder = mkdtempSync(join(realpathSync(tmpdir()), 'atelier-reads-'))
    writeFileSync(at('tsconfig.json'), '{ "compilerOptions": { "strict": true, "module": "ESNext", "moduleResolution": "Bundler", "types": [] }, "include": ["*.ts"] }')
    const names = ['dot', 'taken', 'renamed', 'assigned', 'word', 'maybe', 'idle', 'homonym', 'set', 'sent']
    writeFileSync(at('declared.ts'), `export interface A { ${names.map((name) => `${name}: number`).join('; ')} }\nexport interface Other { homonym: number; spread: number }\nexport interface Whole { spread: number; still: number }`)
    writeFileSync(at('reader.ts'), `import type { A, Other, Whole } from './declared'
      declare let a: A, b: A | null, other: Other, whole: Whole, assigned: number
      declare function use(...all: unknown[]): void
      use(a.dot, b?.maybe, other.homonym, other.spread)
      const { taken, renamed: called } = a
      ;({ assigned } = a)
      for (const key of ['word'] as const) use(a[key], taken, called)
      use({ ...whole }, { sent: 1 })
      a.set = 1`)
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it('finds those by name, pattern, word and spread, of the right type, and no others', { timeout: 60_000 }, () => {
    const { fields, read, written } = usesOf(at('tsconfig.json'), at('declared.ts'), (name) => name === at('reader.ts'))
    expect(fields).toHaveLength(14)
    expect([...read].sort()).toEqual(['A.assigned', 'A.dot', 'A.maybe', 'A.renamed', 'A.taken', 'A.word', 'Other.homonym', 'Other.spread', 'Whole.spread'])
    expect([...written]).toEqual(['sent'])
  })
})
