import { performance } from 'node:perf_hooks'
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

/** What waits for one commit, as columns: no object is made for one record. */
interface Waiting {
  readonly senders: Sender[]
  readonly tickets: number[]
  readonly bytes: number[]
  readonly answers: Acceptance[]
}

/**
 * Gathers the records of one thread and hands them to the log: the first after a pause at the end of its turn of the
 * event loop, then at most one batch in `commitPauseMillis`, or in `commitPauseMillisMax` where that makes it worth its
 * while. A commit costs the same whether it holds one record or a thousand, and so does the way to the store thread and
 * back: at real rates nothing saves as much as this pause.
 */
export class Batch {
  readonly writer = new RecordWriter()
  readonly #log: Pick<Log, 'appendRecords'>
  readonly #limits: BatchLimits
  #waiting: Waiting = noneWaiting()
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

  /** To be called once for each record that was written to `writer`. */
  wrote(sender: Sender, ticket: number, bytes: number, answer: Acceptance): void {
    const { senders, tickets, bytes: sizes, answers } = this.#waiting
    senders.push(sender)
    tickets.push(ticket)
    sizes.push(bytes)
    answers.push(answer)
    if (!this.#isPlanned) this.#plan()
    else if (this.writer.bytes >= this.#limits.batchBytesMax) this.send()
    else if (this.#isGathering && this.writer.count >= this.#limits.commitManyRecords) {
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
    const waiting = this.#waiting
    this.#waiting = noneWaiting()
    this.#log.appendRecords(this.writer.take(), count).then(
      () => answer(waiting),
      (fault: unknown) => refuse(waiting, fault),
    )
  }

  #plan(): void {
    this.#isPlanned = true
    const wait = this.#limits.commitPauseMillis - (performance.now() - this.#lastAt)
    if (wait > 0) this.#timer = setTimeout(this.#pauseOver, wait)
    else setImmediate(this.#send)
  }

  readonly #pauseOver = (): void => {
    const { commitPauseMillis, commitPauseMillisMax, commitFewRecords, commitManyRecords } = this.#limits
    const { count } = this.writer
    if (count < commitFewRecords || count >= commitManyRecords) return this.send()
    this.#isGathering = true
    this.#timer = setTimeout(this.#send, commitPauseMillisMax - commitPauseMillis)
  }
}

const noneWaiting = (): Waiting => ({ senders: [], tickets: [], bytes: [], answers: [] })

function answer({ senders, tickets, bytes, answers }: Waiting): void {
  for (let i = 0; i < senders.length; i++)
    (senders[i] as Sender).accepted(tickets[i] as number, bytes[i] as number, answers[i] as Acceptance)
}

function refuse({ senders, bytes }: Waiting, fault: unknown): void {
  // A store thread that is gone is a log that cannot be written, too.
  const cause =
    fault instanceof LogWriteError ? fault : new LogWriteError('the log cannot be reached', { cause: fault })
  for (let i = 0; i < senders.length; i++) (senders[i] as Sender).notAccepted(bytes[i] as number, cause)
}
