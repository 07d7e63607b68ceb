import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const files = ['src', 'tests', 'tools'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)).filter((name) => /\.(tsx?|css|mjs)$/.test(name)))
const text = (name: string) => readFileSync(join(root, name), 'utf8')
const shipped = files.filter((name) => name.startsWith('src'))

describe('the house rules', () => {
  it('no file is longer than 350 lines', () => {
    expect(files.filter((name) => !name.endsWith('.gen.ts') && text(name).split('\n').length > 350)).toEqual([])
  })

  it.each([
    ['HTML from text', /innerHTML|outerHTML|insertAdjacentHTML|dangerouslySetInnerHTML|document\.write/],
    ['code from text', /\beval\(|new Function\b/],
    ['an absolute address', /https?:\/\/(?!www\.w3\.org)/],
    ['a data: or blob: picture', /src=["'`{]*(data|blob):|url\((data|blob):/],
  ])('nothing shipped has %s', (_, pattern) => {
    expect(shipped.filter((name) => pattern.test(text(name)))).toEqual([])
  })

  it('the page’s HTML has no inline script or style', () => {
    const html = text('index.html')
    expect(html).not.toMatch(/<style|style=|<script(?![^>]*src=)|onclick=/)
  })

  it('no test code is shipped', () => {
    expect(shipped.filter((name) => /from '[^']*tests\//.test(text(name)))).toEqual([])
  })

  it('the lock file carries no download addresses', () => {
    expect(text('package-lock.json')).not.toContain('"resolved"')
  })
})
