import { legacyMidMax } from '../codec/payload/legacy.ts'

/**
 * Which request each number of a command stands for that one connection was sent in the form of the earlier platform
 * (device protocol §3.14): that form has `mid`, 1 to 65,535, in place of a request id. Changed in place.
 */
export class LegacyCommands {
  readonly #max: number
  readonly #requests = new Map<number, string>()
  #last: number

  /**
   * `max`: commands that may await their answers; of more the oldest is forgotten. `before`: where the numbers begin, which
   * is to be at random, so that a late answer to a command of an earlier connection is not taken for one of this.
   */
  constructor(max: number, before: number) {
    this.#max = max
    this.#last = before % legacyMidMax
  }

  /** The number that the answer to this request will carry. */
  add(requestId: string): number {
    this.#last = (this.#last % legacyMidMax) + 1
    this.#requests.set(this.#last, requestId)
    const [oldest] = this.#requests.keys()
    if (this.#requests.size > this.#max && oldest !== undefined) this.#requests.delete(oldest)
    return this.#last
  }

  /** The request that a number stands for, once. */
  take(mid: number): string | undefined {
    const requestId = this.#requests.get(mid)
    this.#requests.delete(mid)
    return requestId
  }
}
