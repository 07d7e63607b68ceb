import { existsSync } from 'node:fs'
import { resolve } from 'node:path'

const real = resolve(process.env.ATELIER_SHARED ?? '../../shared', 'fashion-mnist')

/**
 * What the page and the program train on in these tests, as -data takes it: Fashion-MNIST from
 * the reference files, or without them what Atelier draws. Never a download, which comes when it will.
 */
export const images = existsSync(real) ? real : 'drawn'
