import type { PublishAnswer } from './session.ts'

/**
 * The publishes of one connection that were taken and not answered yet, in the order they came: that is also the order
 * of their answers ([MQTT-4.6.0-2]). Changed in place, since it changes twice with every report; the arrays keep their
 * room, since an array that is emptied gives it up.
 */
export class Unanswered {
  #firstTicket = 1
  /** Those that wait stand in [head, tail): of those before it the answer is out, behind it nothing counts. */
  #head = 0
  #tail = 0
  readonly #packetIds: number[] = []
  readonly #answers: (PublishAnswer | undefined)[] = []
  #acknowledged = 0

  get size(): number {
    return this.#tail - this.#head
  }

  /** Those that a PUBACK is due for: of QoS 1. */
  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Gives the ticket by which it is answered. `packetId` 0: of QoS 0, in its order all the same. */
  add(packetId: number): number {
    const index = this.#tail++
    this.#packetIds[index] = packetId
    this.#answers[index] = undefined
    if (packetId !== 0) this.#acknowledged++
    return this.#firstTicket + index
  }

  has(packetId: number): boolean {
    for (let index = this.#head; index < this.#tail; index++)
      if (this.#packetIds[index] === packetId) return true
    return false
  }

  /** Notes an answer; what is due then stands in `dueAnswer`. Of a ticket that is not open nothing happens. */
  answer(ticket: number, answer: PublishAnswer): void {
    const index = ticket - this.#firstTicket
    if (index >= this.#head && index < this.#tail) this.#answers[index] = answer
  }

  /** The answer of the publish whose turn it is; undefined when it has not come. */
  get dueAnswer(): PublishAnswer | undefined {
    return this.#head < this.#tail ? this.#answers[this.#head] : undefined
  }

  /** Takes it, and gives the packet id that it is for. */
  takeDue(): number {
    const packetId = this.#packetIds[this.#head] as number
    if (packetId !== 0) this.#acknowledged--
    this.#head++
    if (this.#head === this.#tail || this.#head >= COMPACT_AT) this.#compact()
    return packetId
  }

  #compact(): void {
    this.#firstTicket += this.#head
    this.#packetIds.copyWithin(0, this.#head, this.#tail)
    this.#answers.copyWithin(0, this.#head, this.#tail)
    this.#tail -= this.#head
    this.#head = 0
  }
}

/** Answered ones that are left standing before the rest is moved up. */
const COMPACT_AT = 128
