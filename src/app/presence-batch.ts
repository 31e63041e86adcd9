import { Buffer } from 'node:buffer'
import type { NewEntry } from '../domain/entry/entry.ts'
import { LogWriteError } from '../log/log.ts'
import { RecordWriter } from '../log/record.ts'
import { createPace } from './pace.ts'
import type { Remote } from './rpc.ts'
import type { Claim, PresenceOutcome, Release, StoreApi } from './threads.ts'

/** As it crosses: of a claim the record of its verdict lies among those beside it, in their order. */
type PresenceChange = (Omit<Claim, 'record'> & { readonly recordBytes: number }) | Release

/** Claims and releases of one thread, in their order, on their way to the store thread. */
export interface PresenceBatch {
  /** `verdict`: the entry that goes into the log with it. See `StoreApi.claim`. */
  claim(claim: Omit<Claim, 'record'>, verdict: NewConnectionEntry): Promise<string | undefined>
  /** See `StoreApi.release`. */
  release(release: Release): Promise<void>
}

type NewConnectionEntry = Extract<NewEntry, { kind: 'connection' }>

/** A verdict that carries no certificate takes 1.5 kB. */
const RECORDS_BYTES = 16 * 1024
/** One is filled while another is on its way to the disk. */
const SPARE_WRITERS = 2
const sharedMemory = (bytes: number): Buffer => Buffer.from(new SharedArrayBuffer(bytes))

/** What waits for one message. */
interface Lot {
  /** Records of verdicts, in memory that the store thread reads as well. */
  readonly writer: RecordWriter
  readonly changes: PresenceChange[]
  readonly answers: PromiseWithResolvers<string | undefined>[]
}

/**
 * A message and a commit cost the same whether they are about one connection or about twenty: the first after a pause
 * leaves at the end of its turn of the event loop, then what came meanwhile every `commitPauseMillisMax`. It crosses as
 * one text beside bytes that both threads see: an object for each change would be cloned on its way, which costs more
 * (docs/performance/connect.md). `beforeEnds` is called before a release leaves.
 */
export function createPresenceBatch({
  store,
  limits,
  beforeEnds,
}: {
  readonly store: Pick<Remote<StoreApi>, 'changePresence'>
  readonly limits: { readonly commitPauseMillisMax: number; readonly presenceChangesMax: number }
  beforeEnds(): void
}): PresenceBatch {
  const paced = createPace(limits.commitPauseMillisMax)
  const spare: RecordWriter[] = []
  let lot: Lot | undefined

  /** The lot that is being filled. */
  function filling(): Lot {
    if (!lot) {
      const writer = spare.pop() ?? new RecordWriter(RECORDS_BYTES, sharedMemory)
      const begun: Lot = { writer, changes: [], answers: [] }
      lot = begun
      void paced().then(() => lot === begun && send(begun))
    }
    return lot
  }

  function add(to: Lot, change: PresenceChange): Promise<string | undefined> {
    const answer = Promise.withResolvers<string | undefined>()
    to.changes.push(change)
    to.answers.push(answer)
    if (to.changes.length >= limits.presenceChangesMax) send(to)
    return answer.promise
  }

  function send({ writer, changes, answers }: Lot): void {
    lot = undefined
    if (changes.some((change) => 'cause' in change)) beforeEnds()
    store.changePresence(JSON.stringify(changes), writer.records).then(
      (outcomes) => {
        writer.clear()
        if (spare.length < SPARE_WRITERS && writer.capacity <= RECORDS_BYTES * 4) spare.push(writer)
        settle(answers, outcomes)
      },
      // Its bytes are not used again: nobody knows what the other side does with them.
      (fault: unknown) => {
        for (const { reject } of answers) reject(fault)
      },
    )
  }

  return {
    claim(claim, verdict) {
      const to = filling()
      const before = to.writer.bytes
      to.writer.entry(verdict)
      return add(to, { ...claim, recordBytes: to.writer.bytes - before })
    },
    release: async (release) => void (await add(filling(), release)),
  }
}

function settle(
  answers: readonly PromiseWithResolvers<string | undefined>[],
  outcomes: readonly PresenceOutcome[],
): void {
  for (const [index, { resolve, reject }] of answers.entries()) {
    const outcome = outcomes[index]
    if (outcome && typeof outcome === 'object') reject(new LogWriteError(outcome.fault))
    else resolve(outcome ?? undefined)
  }
}

/** The other side: begins all changes of a batch in this turn and in their order, and gives what became of each. */
export async function applyPresence(
  changes: string,
  records: Uint8Array,
  presence: Pick<StoreApi, 'claim' | 'release'>,
): Promise<readonly PresenceOutcome[]> {
  let start = 0
  const outcomes = await Promise.allSettled(
    (JSON.parse(changes) as readonly PresenceChange[]).map((change) => {
      if (!('recordBytes' in change)) return presence.release(change)
      const record = records.subarray(start, (start += change.recordBytes))
      return presence.claim({ ...change, record })
    }),
  )
  return outcomes.map((outcome) =>
    outcome.status === 'fulfilled'
      ? (outcome.value ?? null)
      : { fault: outcome.reason instanceof Error ? outcome.reason.message : String(outcome.reason) },
  )
}
