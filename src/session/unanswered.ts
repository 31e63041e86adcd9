import type { PublishAnswer } from './session.ts'

/**
 * The publishes of one connection that were taken and not answered yet, in the order they came: that is also the order
 * of their answers ([MQTT-4.6.0-2]). Changed in place, since it changes twice with every report.
 */
export class Unanswered {
  #firstTicket = 1
  /** Of those before it the answer is out. */
  #head = 0
  readonly #packetIds: number[] = []
  readonly #answers: (PublishAnswer | undefined)[] = []
  #acknowledged = 0

  get size(): number {
    return this.#packetIds.length - this.#head
  }

  /** Those that a PUBACK is due for: of QoS 1. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Gives the ticket by which it is answered. `packetId` 0: of QoS 0, in its order all the same. */
  add(packetId: number): number {
    this.#packetIds.push(packetId)
    this.#answers.push(undefined)
    if (packetId !== 0) this.#acknowledged++
    return this.#firstTicket + this.#packetIds.length - 1
  }

  has(packetId: number): boolean {
    return this.#packetIds.indexOf(packetId, this.#head) !== -1
  }

  /** Notes an answer; what is due then is to be had by `takeDue`. Of a ticket that is not open nothing happens. */
  answer(ticket: number, answer: PublishAnswer): void {
    const index = ticket - this.#firstTicket
    if (index >= this.#head && index < this.#answers.length) this.#answers[index] = answer
  }

  /** The answer whose turn it is, with the packet id it is for; undefined when it has not come. */
  takeDue(): { readonly packetId: number; readonly answer: PublishAnswer } | undefined {
    const index = this.#head
    const answer = this.#answers[index]
    if (answer === undefined) return undefined
    const packetId = this.#packetIds[index] as number
    if (packetId !== 0) this.#acknowledged--
    this.#head++
    if (this.#head === this.#packetIds.length || this.#head >= COMPACT_AT) this.#compact()
    return { packetId, answer }
  }

  #compact(): void {
    this.#firstTicket += this.#head
    this.#packetIds.splice(0, this.#head)
    this.#answers.splice(0, this.#head)
    this.#head = 0
  }
}

/** Answered ones that are left standing before the rest is moved up. */
const COMPACT_AT = 128
