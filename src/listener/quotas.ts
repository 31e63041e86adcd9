/*
 * What one connection may send in a second (device protocol §1.3, §6.1). Both are off unless an operator sets them: then
 * neither object is made, and a packet costs one comparison.
 */

const second = 1000

/** So many publishes in each second; what is above is dropped. Times are of a clock that never steps. */
export class MessageRate {
  readonly #max: number
  #since = -Infinity
  #count = 0
  /** Of the connection, until now. */
  dropped = 0

  constructor(max: number) {
    this.#max = max
  }

  /** False: it is one too many. */
  mayTake(now: number): boolean {
    if (now - this.#since >= second) {
      this.#since = now
      this.#count = 0
    }
    if (++this.#count <= this.#max) return true
    this.dropped++
    return false
  }
}

/**
 * So many bytes in each second; who sends more is read from later. A packet that has come is never cut, so that a large
 * one is a debt, and reading pauses until it is paid.
 */
export class Bandwidth {
  readonly #max: number
  #left: number
  #at: number
  /** Reading is to pause. */
  isSpent = false

  constructor(max: number, now: number) {
    this.#max = max
    this.#left = max
    this.#at = now
  }

  /** True: with these it is spent, and was not before. */
  take(bytes: number, now: number): boolean {
    this.#refill(now)
    this.#left -= bytes
    if (this.isSpent || this.#left >= 0) return false
    this.isSpent = true
    return true
  }

  /** True: reading may go on. */
  recovers(now: number): boolean {
    if (!this.isSpent) return false
    this.#refill(now)
    this.isSpent = this.#left < 0
    return !this.isSpent
  }

  #refill(now: number): void {
    this.#left = Math.min(this.#max, this.#left + ((now - this.#at) * this.#max) / second)
    this.#at = now
  }
}

/** Whether somebody is to be told again. */
export class NoticePace {
  #toldAt = -Infinity

  isDue(now: number, everyMillis: number): boolean {
    if (now - this.#toldAt < everyMillis) return false
    this.#toldAt = now
    return true
  }
}
