import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import { OTHER, type Period, spanOf } from '../../domain/history/period.ts'
import type { ChunkHead } from './chunk.ts'
import type { OpenRows } from './open-rows.ts'
import type { ChunkEntry } from './period-file.ts'
import type { PeriodFiles } from './period-files.ts'
import { firstFrom, type Rows } from './rows.ts'
import { concat, inOrder, settle } from './settle.ts'

/*
 * Chunks and open rows in the order of time. Sources stand in the order in which they begin; one is opened when the
 * walk reaches its first row, so that of a long history only what is read is decoded. Where several overlap (late
 * points, several services, chunks not merged yet), their rows up to the beginning of the next source are given
 * together, and the reader sorts them. All rows of one time come in one batch.
 */

export interface ScanRange {
  readonly deviceId: DeviceId
  readonly serviceId?: string
  /** Inclusive. */
  readonly start?: Instant
  /** Exclusive. */
  readonly end?: Instant
  readonly order: 'asc' | 'desc'
}

/** Rows `from` ≤ row < `to` of one service, in the order of time. */
export interface Part {
  readonly serviceId: string
  readonly rows: Rows
  readonly from: number
  readonly to: number
}

export interface Batch {
  readonly parts: readonly Part[]
  /** One part, each of its rows a point as it stands. */
  readonly plain: boolean
}

export interface ScanDeps {
  readonly files: PeriodFiles
  readonly open: OpenRows
  /** Rows of the device with a lower seq are deleted, though they may still be in a file. */
  readonly deletedBelow: (deviceId: DeviceId) => number
  /** The thread is left to others after so long (safety R12). */
  readonly sliceMillis: number
}

interface Source {
  readonly timeMin: Instant
  readonly timeMax: Instant
  readonly serviceId: string
  readonly plain: boolean
  readonly period?: Period
  /** Absent: the source stands for all chunks of its period. */
  readonly entry?: ChunkEntry
  readonly rows?: Rows
}

interface Active {
  readonly part: Rows
  readonly serviceId: string
  readonly plain: boolean
  from: number
  to: number
}

/** A chunk was merged into another one between two turns: the walk looks again at what there is from where it stands. */
class ChunkGone extends Error {}

/**
 * `skim` may take a chunk that no other source overlaps by its head alone: true means that its rows are not wanted.
 */
export async function* scanBatches(
  deps: ScanDeps,
  range: ScanRange,
  skim: (head: ChunkHead, timeMin: Instant, timeMax: Instant) => boolean = () => false,
): AsyncGenerator<Batch> {
  let began = performance.now()
  let [start, end] = [range.start ?? -Infinity, range.end ?? Infinity]
  for (let again = true; again;) {
    again = false
    const walk = new Walk(deps, { ...range, start, end }, skim)
    try {
      for (;;) {
        const batch = walk.next()
        if (batch === undefined) break
        if (batch.parts.length > 0) yield batch
        if (range.order === 'asc') start = Math.max(start, walk.reached)
        else end = Math.min(end, walk.reached)
        if (performance.now() - began < deps.sliceMillis) continue
        await nextTurn()
        began = performance.now()
      }
    } catch (fault) {
      if (!(fault instanceof ChunkGone)) throw fault
      again = true
    }
  }
}

class Walk {
  readonly #deps: ScanDeps
  readonly #range: ScanRange & { readonly start: Instant; readonly end: Instant }
  readonly #skim: (head: ChunkHead, timeMin: Instant, timeMax: Instant) => boolean
  readonly #deletedBelow: number
  /** The next one stands last. */
  #pending: Source[]
  #active: Active[] = []
  /** Ascending: all rows of earlier times have been given; descending: all from it on. */
  reached: Instant

  constructor(
    deps: ScanDeps,
    range: ScanRange & { readonly start: Instant; readonly end: Instant },
    skim: (head: ChunkHead, timeMin: Instant, timeMax: Instant) => boolean,
  ) {
    this.#deps = deps
    this.#range = range
    this.#skim = skim
    this.#deletedBelow = deps.deletedBelow(range.deviceId)
    this.reached = range.order === 'asc' ? range.start : range.end
    this.#pending = this.#sorted([...this.#openSources(), ...this.#periodSources()])
  }

  /** Undefined at the end; a batch without parts: look again. */
  next(): Batch | undefined {
    this.#expandPeriods()
    const { order } = this.#range
    if (this.#active.length === 0) {
      const source = this.#pending.pop()
      if (!source) return undefined
      this.#expandPeriods()
      if (this.#isAlone(source) && this.#skimmed(source)) {
        this.reached = order === 'asc' ? source.timeMax + 1 : source.timeMin
        return { parts: [], plain: true }
      }
      this.#load(source)
      if (this.#isAlone(source)) {
        this.reached = order === 'asc' ? source.timeMax + 1 : source.timeMin
        return this.#takeAll()
      }
    }
    // All sources that reach the first time of the active ones.
    for (;;) {
      this.#expandPeriods()
      const next = this.#pending.at(-1)
      if (!next) {
        this.reached = order === 'asc' ? Infinity : -Infinity
        return this.#takeAll()
      }
      const batch = this.#takeTo(next)
      if (batch.parts.length > 0) {
        this.reached = order === 'asc' ? next.timeMin : next.timeMax + 1
        return batch
      }
      this.#pending.pop()
      this.#load(next)
    }
  }

  #sorted(sources: readonly Source[]): Source[] {
    return this.#range.order === 'asc'
      ? sources.toSorted((a, b) => b.timeMin - a.timeMin)
      : sources.toSorted((a, b) => a.timeMax - b.timeMax)
  }

  #openSources(): Source[] {
    const { deviceId, serviceId, start, end } = this.#range
    return this.#deps.open.list(deviceId, serviceId).flatMap((found) => {
      const rows = inOrder(settle(found.rows))
      const [timeMin, timeMax] = [rows.times[0] as number, rows.times[rows.length - 1] as number]
      if (timeMax < start || timeMin >= end) return []
      return [{ timeMin, timeMax, serviceId: found.serviceId, plain: false, rows }]
    })
  }

  #periodSources(): Source[] {
    const { start, end } = this.#range
    return this.#deps.files.periods.flatMap((period) => {
      // Its times have no order among the months'.
      if (period === OTHER) return this.#chunksOf(period)
      const span = spanOf(period)
      if (span.end <= start || span.start >= end) return []
      return [{ timeMin: span.start, timeMax: span.end - 1, serviceId: '', plain: false, period }]
    })
  }

  #expandPeriods(): void {
    for (;;) {
      const next = this.#pending.at(-1)
      if (next?.period === undefined || next.entry) return
      this.#pending.pop()
      this.#pending = this.#sorted([...this.#pending, ...this.#chunksOf(next.period)])
    }
  }

  #chunksOf(period: Period): Source[] {
    const { deviceId, serviceId: wanted, start, end } = this.#range
    const file = this.#deps.files.find(period)
    if (!file) return []
    const range = { ...(start > -Infinity && { start }), ...(end < Infinity && { end }) }
    return file
      .listSeries(deviceId)
      .filter(({ serviceId }) => wanted === undefined || serviceId === wanted)
      .flatMap(({ id, serviceId }) =>
        file
          .listChunks(id, range)
          .filter(({ seqMax }) => seqMax >= this.#deletedBelow)
          .map((entry) => ({
            timeMin: entry.timeMin,
            timeMax: entry.timeMax,
            serviceId,
            plain: entry.plain && entry.seqMin >= this.#deletedBelow,
            period,
            entry,
          })),
      )
  }

  /** No other source that is left has a row between the first and the last of it. */
  #isAlone(source: Source): boolean {
    const next = this.#pending.at(-1)
    if (!next) return true
    return this.#range.order === 'asc' ? next.timeMin > source.timeMax : next.timeMax < source.timeMin
  }

  #skimmed({ period, entry, timeMin, timeMax, plain }: Source): boolean {
    if (!plain || period === undefined || !entry) return false
    if (timeMin < this.#range.start || timeMax >= this.#range.end) return false
    const head = this.#deps.files.find(period)?.readHead(entry.id)
    if (!head) throw new ChunkGone()
    return this.#skim(head, timeMin, timeMax)
  }

  #load(source: Source): void {
    const rows = source.rows ?? this.#readChunk(source)
    const from = firstFrom(rows, this.#range.start)
    const to = firstFrom(rows, this.#range.end)
    if (from < to)
      this.#active.push({ part: rows, serviceId: source.serviceId, plain: source.plain, from, to })
  }

  #readChunk({ period, entry }: Source): Rows {
    const rows = period && entry && this.#deps.files.find(period)?.readRows(entry.id)
    if (!rows) throw new ChunkGone()
    if (entry.seqMin >= this.#deletedBelow) return rows
    return concat([rows], (all, row) => (all.seqs[row] as number) >= this.#deletedBelow)
  }

  #takeAll(): Batch {
    const [first, ...others] = this.#active
    const plain = others.length === 0 && first?.plain === true
    const parts = this.#active.map(partOf)
    this.#active = []
    return { parts, plain }
  }

  /** Active rows that come before the first one of `next`. */
  #takeTo(next: Source): Batch {
    const parts: Part[] = []
    let plain = true
    for (const active of this.#active) {
      const { part: rows, from, to } = active
      if (this.#range.order === 'asc')
        active.from = Math.max(from, Math.min(to, firstFrom(rows, next.timeMin)))
      else active.to = Math.min(to, Math.max(from, firstFrom(rows, next.timeMax + 1)))
      const taken = {
        ...partOf(active),
        ...(this.#range.order === 'asc' ? { from, to: active.from } : { from: active.to, to }),
      }
      if (taken.from >= taken.to) continue
      parts.push(taken)
      plain &&= active.plain
    }
    this.#active = this.#active.filter(({ from, to }) => from < to)
    return { parts, plain: plain && parts.length === 1 }
  }
}

function partOf({ part: rows, serviceId, from, to }: Active): Part {
  return { serviceId, rows, from, to }
}
