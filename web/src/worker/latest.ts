/**
 * Asks for the newest thing only: while one question is on its way, later ones
 * replace each other, and the last is asked when the answer is in. `rest` is
 * the least time between two questions, in milliseconds.
 */
export class Latest {
  private busy = false
  private next: (() => Promise<void>) | null = null
  rest: number

  constructor(rest = 0) {
    this.rest = rest
  }

  ask(question: () => Promise<void>) {
    this.next = question
    if (!this.busy) void this.drain()
  }

  /** Drops what has not been asked yet. */
  forget() {
    this.next = null
  }

  private async drain() {
    this.busy = true
    while (this.next) {
      const question = this.next
      this.next = null
      const begun = performance.now()
      await question()
      const left = this.rest - (performance.now() - begun)
      if (left > 0) await new Promise((wake) => setTimeout(wake, left))
    }
    this.busy = false
  }
}
