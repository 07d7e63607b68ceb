import { execFileSync } from 'node:child_process'
import { existsSync, rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../test-scratch', import.meta.url))

/** Runs the program built for these tests, on the real images where they are and nothing else is said; gives its last line of JSON. */
export function native(args: Record<string, string | number>, command = 'train'): Record<string, unknown> {
  const data = resolve(process.env.ATELIER_SHARED ?? '../../shared', 'fashion-mnist')
  const flags = Object.entries({ ...(existsSync(data) && command === 'train' ? { data } : {}), ...args }).flatMap(([name, value]) => [`-${name}`, String(value)])
  if (typeof args.out === 'string') rmSync(join(folder, args.out), { recursive: true, force: true })
  const out = execFileSync(`${folder}/atelier`, [command, ...flags, '-json'], { encoding: 'utf8', cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] })
  return JSON.parse(out.trim().split('\n').at(-1)!) as Record<string, unknown>
}
