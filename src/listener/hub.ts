import type { Limits } from '../base/limits.ts'
import type { Admission } from './admission.ts'
import { createAdmission } from './admission.ts'
import { type BridgePace, createBridgePace } from './bridge/bridge-pace.ts'
import { type ListenerCounters, type ListenerDeps, noCounts } from './ports.ts'
import { type ConnectionTable, createConnectionTable } from './table.ts'

/** What all connections of a thread share, whatever their transport. */
export interface Hub {
  readonly deps: ListenerDeps
  readonly counters: ListenerCounters
  readonly admission: Admission
  readonly bridgePace: BridgePace
  readonly table: ConnectionTable
  /** Those of `deps.limits` that are looked at for each packet: of an object of so many members the runtime looks each up by name. */
  readonly packetLimits: PacketLimits
  /** Uplinks of all connections of the thread that are handed on and not durable yet. */
  readonly underWay: { bytes: number }
  /** What would become of payloads that wait to be unpacked does not fit into `underWay`; each has one connection, so their number is bounded. */
  readonly unpackings: Unpackings
  /** Which turn of the event loop this is, by a number that only ever grows. */
  turn(): number
  /** Calls `flush`, which must not throw, at the end of this turn of the event loop. */
  flushSoon(outbox: Flushed): void
  /** Takes over a promise that nobody awaits: its failure is logged and counted, and `close` waits for it. */
  adopt(work: Promise<void> | void, what: string): void
  /** Counts and logs an error of ours. */
  fault(err: unknown, what: string): void
  /** Resolves when everything adopted so far is done. */
  adopted(): Promise<void>
}

export type PacketLimits = Pick<
  Limits,
  | 'turnPacketsMax'
  | 'turnBytesMax'
  | 'inflightMax'
  | 'inflightBytesMax'
  | 'inflightBytesPerThreadMax'
  | 'topicAliasMax'
  | 'sendBufferBytesMax'
  | 'messagesPerSecondMax'
  | 'bytesPerSecondMax'
>

export interface Flushed {
  flush(): void
}

export function createHub(deps: ListenerDeps): Hub {
  const counters = noCounts()
  const adopted = new Set<Promise<void>>()
  const fault = (err: unknown, what: string) => {
    counters.faults++
    deps.logger.error({ err }, `${what} failed`)
  }
  const { limits } = deps
  const underWay = { bytes: 0 }
  return {
    deps,
    counters,
    packetLimits: {
      turnPacketsMax: limits.turnPacketsMax,
      turnBytesMax: limits.turnBytesMax,
      inflightMax: limits.inflightMax,
      inflightBytesMax: limits.inflightBytesMax,
      inflightBytesPerThreadMax: limits.inflightBytesPerThreadMax,
      topicAliasMax: limits.topicAliasMax,
      sendBufferBytesMax: limits.sendBufferBytesMax,
      messagesPerSecondMax: limits.messagesPerSecondMax,
      bytesPerSecondMax: limits.bytesPerSecondMax,
    },
    admission: { ...createAdmission(limits), ...deps.sockets },
    bridgePace: createBridgePace(limits),
    table: createConnectionTable(),
    underWay,
    unpackings: createUnpackings(underWay, limits.inflightBytesPerThreadMax),
    turn: createTurns(),
    flushSoon: createFlusher(),
    adopt(work, what) {
      if (!work) return
      const owned: Promise<void> = work
        .catch((err: unknown) => fault(err, what))
        .finally(() => adopted.delete(owned))
      adopted.add(owned)
    },
    fault,
    adopted: async () => void (await Promise.all(adopted)),
  }
}

/** A kilobyte may become a megabyte: only as many are unpacked at a time as there is room for what they become (safety R11). */
export interface Unpackings {
  /** Calls `begin`, which must not throw, when there is room for so many bytes, and counts them; whoever began gives them back. */
  whenRoom(bytes: number, begin: () => void): void
  giveBack(bytes: number): void
  /** Something that was under way is so no more. */
  wake(): void
}

function createUnpackings(underWay: { bytes: number }, bytesMax: number): Unpackings {
  const waiting: { readonly bytes: number; readonly begin: () => void }[] = []
  function wake(): void {
    while (waiting[0] && (underWay.bytes === 0 || underWay.bytes + waiting[0].bytes <= bytesMax)) {
      const next = waiting.shift()
      if (!next) return
      underWay.bytes += next.bytes
      next.begin()
    }
  }
  return {
    whenRoom(bytes, begin) {
      waiting.push({ bytes, begin })
      wake()
    },
    giveBack(bytes) {
      underWay.bytes -= bytes
      wake()
    },
    wake,
  }
}

/** Counted only while somebody asks: an idle thread is not woken for it. */
function createTurns(): () => number {
  let turn = 1
  let isAsked = false
  const over = (): void => {
    isAsked = false
    turn++
  }
  return () => {
    if (!isAsked) {
      isAsked = true
      setImmediate(over)
    }
    return turn
  }
}

/**
 * One callback for all connections that have something to say in a turn, behind its promises: so that what one commit
 * acknowledges leaves in one write a connection.
 */
function createFlusher(): Hub['flushSoon'] {
  let waiting: Flushed[] = []
  const flushAll = (): void => {
    const due = waiting
    waiting = []
    for (const outbox of due) outbox.flush()
  }
  return (outbox) => {
    if (waiting.length === 0) process.nextTick(flushAll)
    waiting.push(outbox)
  }
}
