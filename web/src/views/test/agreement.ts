import type { Tested } from '../../state/evaluations'

/** Where two models agree about the same images. */
export type Agreement = 'both' | 'only1' | 'only2' | 'neither'
export const agreements: readonly Agreement[] = ['both', 'only1', 'only2', 'neither']

export function agree(one: Tested, two: Tested, labels: Uint8Array): Record<Agreement, number[]> {
  const found: Record<Agreement, number[]> = { both: [], only1: [], only2: [], neither: [] }
  labels.forEach((label, i) => {
    const right1 = one.predictions[i] === label
    const right2 = two.predictions[i] === label
    found[right1 ? (right2 ? 'both' : 'only1') : right2 ? 'only2' : 'neither'].push(i)
  })
  return found
}

/** The images of one cell of a confusion matrix, the surest first. */
export function imagesOfCell(tested: Tested, labels: Uint8Array, truth: number, said: number): number[] {
  const found: number[] = []
  labels.forEach((label, i) => {
    if (label === truth && tested.predictions[i] === said) found.push(i)
  })
  return found.sort((a, b) => tested.confidences[b]! - tested.confidences[a]!)
}
