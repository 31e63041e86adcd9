import { Buffer } from 'node:buffer'
import type { Limits } from '../base/limits.ts'
import type { Acceptance } from '../domain/uplink/acceptance.ts'
import { type Log, LogWriteError } from '../log/log.ts'
import { RecordWriter } from '../log/record.ts'

/** Who waits for a record to be durable; see the listener's port of the same name. Throws in neither. */
export interface Sender {
  accepted(ticket: number, bytes: number, answer: Acceptance): void
  notAccepted(bytes: number, fault: unknown): void
}

export type BatchLimits = Pick<
  Limits,
  'commitPauseMillis' | 'commitPauseMillisMax' | 'commitFewRecords' | 'commitManyRecords' | 'batchBytesMax'
>

/** At first; grows to what a commit of this thread takes. */
const LOT_BYTES = 64 * 1024
const sharedMemory = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes))

/**
 * What waits for one commit: its records and, as columns, who waits for them, so that no object is made for one record.
 * The records lie in memory that the store thread reads, too: they do not cross by a copy, and the lot is filled again
 * when it was answered. Memory made anew for each batch, on both sides, kept the garbage collectors busy
 * (docs/performance/reports.md).
 */
class Lot {
  readonly writer = new RecordWriter(LOT_BYTES, sharedMemory)
  readonly #senders: (Sender | undefined)[] = []
  readonly #tickets: number[] = []
  readonly #bytes: number[] = []
  readonly #answers: Acceptance[] = []
  /** So many of them count: an array that is emptied gives up its room. */
  #count = 0
  #lastSender: Sender | undefined
  /** How often another sender followed: as often as there are records, where each has one under way. */
  #turns = 0

  /** Its senders have several under way each: one write acknowledges as many of them as the lot holds. */
  get isPipelined(): boolean {
    return this.#count >= PIPELINED * this.#turns
  }

  add(sender: Sender, ticket: number, bytes: number, answer: Acceptance): void {
    const index = this.#count++
    if (sender !== this.#lastSender) {
      this.#lastSender = sender
      this.#turns++
    }
    this.#senders[index] = sender
    this.#tickets[index] = ticket
    this.#bytes[index] = bytes
    this.#answers[index] = answer
  }

  /** Tells those who wait; the lot is empty afterwards. */
  answer(): void {
    for (let i = 0; i < this.#count; i++) {
      const sender = this.#senders[i] as Sender
      // Its connection may end before this place is needed again.
      this.#senders[i] = undefined
      sender.accepted(this.#tickets[i] as number, this.#bytes[i] as number, this.#answers[i] as Acceptance)
    }
    this.#count = 0
    this.#turns = 0
    this.#lastSender = undefined
    this.writer.clear()
  }

  refuse(fault: unknown): void {
    // A store thread that is gone is a log that cannot be written, too.
    const cause =
      fault instanceof LogWriteError
        ? fault
        : new LogWriteError('the log cannot be reached', { cause: fault })
    for (let i = 0; i < this.#count; i++)
      (this.#senders[i] as Sender).notAccepted(this.#bytes[i] as number, cause)
  }
}

/** Records of one sender in a row, in the mean, from which on more are waited for. */
const PIPELINED = 4

/** One is filled while another is on its way to the disk. */
const SPARE_LOTS = 2

/**
 * Gathers the records of one thread and hands them to the log: the first after a pause at the end of its turn of the
 * event loop, then at most one batch in `commitPauseMillis`, or in `commitPauseMillisMax` where that makes it worth its
 * while. A commit costs the same whether it holds one record or a thousand, and so does the way to the store thread and
 * back: at real rates nothing saves as much as this pause.
 */
export class Batch {
  readonly #log: Pick<Log, 'appendRecords'>
  readonly #limits: BatchLimits
  #lot = new Lot()
  readonly #spareLots: Lot[] = []
  #isPlanned = false
  #lastAt = -Infinity
  #timer: NodeJS.Timeout | undefined
  /** The pause is over, and more is waited for. */
  #isGathering = false
  readonly #send = (): void => this.send()

  constructor(log: Pick<Log, 'appendRecords'>, limits: BatchLimits) {
    this.#log = log
    this.#limits = limits
  }

  /** Of what is gathered now. */
  get writer(): RecordWriter {
    return this.#lot.writer
  }

  /** To be called once for each record that was written to `writer`. */
  wrote(sender: Sender, ticket: number, bytes: number, answer: Acceptance): void {
    this.#lot.add(sender, ticket, bytes, answer)
    if (!this.#isPlanned) this.#plan()
    else if (this.writer.bytes >= this.#limits.batchBytesMax) this.send()
    else if (this.#isGathering && this.#areMany()) {
      // At the end of the turn: what it has read comes along.
      this.#isGathering = false
      setImmediate(this.#send)
    }
  }

  /** Hands on what is there, at once. */
  send(): void {
    this.#isPlanned = false
    this.#isGathering = false
    clearTimeout(this.#timer)
    this.#timer = undefined
    const { count } = this.writer
    if (count === 0) return
    this.#lastAt = performance.now()
    const lot = this.#lot
    this.#lot = this.#spareLots.pop() ?? new Lot()
    this.#log.appendRecords(lot.writer.records, count).then(
      () => {
        lot.answer()
        const isLarge = lot.writer.capacity > 2 * this.#limits.batchBytesMax
        if (this.#spareLots.length < SPARE_LOTS && !isLarge) this.#spareLots.push(lot)
      },
      // Its memory is not used again: nobody knows who still reads it.
      (fault: unknown) => lot.refuse(fault),
    )
  }

  /** More would not make a report cheaper. */
  #areMany(): boolean {
    return this.writer.count >= this.#limits.commitManyRecords && !this.#lot.isPipelined
  }

  #plan(): void {
    this.#isPlanned = true
    const wait = this.#limits.commitPauseMillis - (performance.now() - this.#lastAt)
    if (wait > 0) this.#timer = setTimeout(this.#pauseOver, wait)
    else setImmediate(this.#send)
  }

  readonly #pauseOver = (): void => {
    const { commitPauseMillis, commitPauseMillisMax, commitFewRecords } = this.#limits
    if (this.writer.count < commitFewRecords || this.#areMany()) return this.send()
    this.#isGathering = true
    this.#timer = setTimeout(this.#send, commitPauseMillisMax - commitPauseMillis)
  }
}
