import { describe, expect, it } from 'vitest'
import { Latest } from '../../src/worker/latest'

describe('the newest question', () => {
  it('is asked when the one before is answered; those between are not', async () => {
    const latest = new Latest()
    const asked: string[] = []
    let answer = () => {}
    latest.ask(() => { asked.push('first'); return new Promise<void>((done) => { answer = done }) })
    for (const name of ['second', 'third']) latest.ask(async () => { asked.push(name) })
    expect(asked).toEqual(['first'])
    answer()
    await new Promise((later) => setTimeout(later))
    expect(asked).toEqual(['first', 'third'])
  })

  it('is not asked once it is forgotten', async () => {
    const latest = new Latest()
    const asked: string[] = []
    let answer = () => {}
    latest.ask(() => { asked.push('first'); return new Promise<void>((done) => { answer = done }) })
    latest.ask(async () => { asked.push('second') })
    latest.forget()
    answer()
    await new Promise((later) => setTimeout(later))
    expect(asked).toEqual(['first'])
  })
})
