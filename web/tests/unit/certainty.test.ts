import { describe, expect, it, vi } from 'vitest'
import cases from '../../../core/protocol/testdata/confidence.json'

vi.mock('../../src/state/app', () => ({ here: {}, sessions: {}, trained: {} }))
vi.mock('../../src/state/shipped', () => ({ shipped: [] }))
const { isSure } = await import('../../src/state/certainty')

// The program applies the rule too (core/protocol/confidence_test.go); both are held to one table.
describe('the rule on confidence', () => {
  it.each(cases)('$name', ({ calibration, probability, drawn, sure }) => {
    expect(isSure({ temperature: 1, sure_right: 0.95, known: 'card', ...calibration }, probability, drawn)).toBe(sure)
  })
})
