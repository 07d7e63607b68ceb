import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { images } from './images'

const folder = fileURLToPath(new URL('../../test-scratch', import.meta.url))

/** Runs the program built for these tests, on the page's images where nothing else is said; gives its last line of JSON. */
export function native(args: Record<string, string | number>, command = 'train'): Record<string, unknown> {
  const flags = Object.entries({ ...(command === 'train' ? { data: images } : {}), ...args }).flatMap(([name, value]) => [`-${name}`, String(value)])
  if (typeof args.out === 'string') rmSync(join(folder, args.out), { recursive: true, force: true })
  const out = execFileSync(`${folder}/atelier`, [command, ...flags, '-json'], { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  return JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, unknown>
}
