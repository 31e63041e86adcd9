import type { Clock } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { type Period, periodOf, type PeriodSpan } from '../../domain/history/period.ts'
import { type Chunk, writeChunk } from './chunk.ts'
import type { Filed, OpenForm } from './open-form.ts'
import type { OpenRows } from './open-rows.ts'
import { levelOf, type PeriodFile } from './period-file.ts'
import type { PeriodFiles } from './period-files.ts'
import type { Rows } from './rows.ts'
import { concat, type Settled, settle } from './settle.ts'

export type ChunkLimits = Pick<
  Limits,
  'historyChunkRowsMax' | 'historyChunkPointsMax' | 'historyMergedChunks'
>

/** Chunks of a series that are to be merged. */
export interface MergeTask {
  readonly period: Period
  readonly series: number
  readonly level: number
}

/** What a chunk will cost to write, beside the flush: a slice of many small ones is half over when they are encoded. */
const WRITE_MILLIS = 0.02

interface Piece {
  readonly form: OpenForm
  readonly rows: number
  readonly rest: number
}

/** One service of a form. */
interface Series {
  readonly form: OpenForm
  readonly service: number
}

interface NewChunk {
  readonly series: Series
  readonly chunk: Chunk
}

export interface FoldDeps {
  readonly files: PeriodFiles
  readonly open: OpenRows
  readonly clock: Clock
  readonly limits: ChunkLimits
  readonly onMergeable: (task: MergeTask) => void
}

/** Writes the frozen rows into files, a slice at a time. A slice that fails can be tried again. */
export class Fold {
  readonly #deps: FoldDeps
  readonly #forms: readonly OpenForm[]
  #next = 0
  #span: PeriodSpan | undefined

  constructor(deps: FoldDeps) {
    this.#deps = deps
    this.#forms = deps.open.frozen
  }

  /**
   * Encodes for about `millis`, then writes what that gave, a transaction a file. Rows with a seq up to `doubtful` are
   * looked for in the file first. True when more is to be done.
   */
  slice(millis: number, doubtful: number): boolean {
    const { open, limits } = this.#deps
    const pieces: Piece[] = []
    const chunks = new Map<Period, NewChunk[]>()
    let next = this.#next
    const began = performance.now()
    let after: number | undefined
    // One piece at least, however short the time: else a slow machine would never get on.
    while (
      next < this.#forms.length &&
      (pieces.length === 0 || performance.now() - began + pieces.length * WRITE_MILLIS < millis)
    ) {
      const form = this.#forms[next] as OpenForm
      const { services, rows, rest } = open.takeFrozen(form, after, limits)
      if (rows > 0) {
        for (const { service, rows: all } of services)
          for (const [period, part] of this.#byPeriod(all))
            this.#encode({ form, service }, period, part, doubtful, chunks)
        pieces.push({ form, rest, rows })
      }
      const isLast = rest < 0
      after = isLast ? undefined : rest
      if (isLast) next++
    }
    for (const [period, written] of chunks) this.#write(period, written)
    for (const { form, rest, rows } of pieces) open.dropFrozen(form, rest, rows)
    this.#next = next
    return next < this.#forms.length
  }

  #encode(
    series: Series,
    period: Period,
    rows: Rows,
    doubtful: number,
    chunks: Map<Period, NewChunk[]>,
  ): void {
    const fresh = this.#withoutWritten(series, period, rows, doubtful)
    for (const chunk of chunksOf(settle(fresh), this.#deps.limits)) {
      const of = chunks.get(period)
      if (of) of.push({ series, chunk })
      else chunks.set(period, [{ series, chunk }])
    }
  }

  /** After a crash the log is applied again from where the last whole fold ended; some rows of it may be in files. */
  #withoutWritten({ form, service }: Series, period: Period, rows: Rows, doubtful: number): Rows {
    let seqMin = Infinity
    for (let row = 0; row < rows.length; row++) seqMin = Math.min(seqMin, rows.seqs[row] as number)
    if (seqMin > doubtful) return rows
    const file = this.#deps.files.find(period)
    const id = file?.findSeries(form.deviceId, serviceIdOf(form, service))
    if (!file || id === undefined) return rows
    const written = new Set<number>()
    for (const entry of file.listChunks(id, { seqFrom: seqMin })) {
      for (const seq of file.readRows(entry.id)?.seqs ?? []) written.add(seq)
    }
    return written.size === 0 ? rows : concat([rows], (all, row) => !written.has(all.seqs[row] as number))
  }

  #byPeriod(rows: Rows): readonly (readonly [Period, Rows])[] {
    const { times, length } = rows
    if (this.#span && isWithin(times, this.#span)) return [[this.#span.period, rows]]
    const now = this.#deps.clock.now()
    let first = this.#span
    let isOne = true
    const periods: Period[] = []
    for (let row = 0; row < length; row++) {
      const time = times[row] as number
      if (!first || time < first.start || time >= first.end) {
        first = periodOf(time, now)
        isOne &&= row === 0
      }
      periods.push(first.period)
    }
    this.#span = first
    if (isOne) return [[periods[0] as Period, rows]]
    return [...new Set(periods)].map((period) => [
      period,
      concat([rows], (_, row) => periods[row] === period),
    ])
  }

  #write(period: Period, written: readonly NewChunk[]): void {
    const { files, limits, onMergeable } = this.#deps
    const file = files.make(period)
    const levels = new Set<number>()
    file.begin()
    try {
      let [rows, points, timeMin] = [0, 0, Infinity]
      for (const { series, chunk } of written) {
        const id = idIn(file, series)
        const level = levelOf(chunk, 0, limits)
        file.insert(id, level, chunk)
        if (level === 0) levels.add(id)
        rows += chunk.rows
        points += chunk.points
        timeMin = Math.min(timeMin, chunk.timeMin)
      }
      file.count({ rows, points, timeMin })
      file.commit()
    } catch (fault) {
      file.rollback()
      throw fault
    }
    for (const series of levels)
      if (file.countLevel(series, 0) >= limits.historyMergedChunks) onMergeable({ period, series, level: 0 })
  }
}

function isWithin(times: Float64Array, { start, end }: PeriodSpan): boolean {
  for (let row = 0; row < times.length; row++) {
    const time = times[row] as number
    if (time < start || time >= end) return false
  }
  return true
}

const serviceIdOf = ({ shape }: OpenForm, service: number): string =>
  (shape.services[service] as { readonly serviceId: string }).serviceId

function idIn(file: PeriodFile, { form, service }: Series): number {
  const known: Filed | undefined = form.filed[service]
  if (known?.ids === file.ids) return known.id
  const id = file.makeSeries(form.deviceId, serviceIdOf(form, service))
  form.filed[service] = { ids: file.ids, id }
  return id
}

/** As many as the bounds ask for, of about equal size. */
export function* chunksOf({ rows, order, isSimple }: Settled, limits: ChunkLimits): Generator<Chunk> {
  if (order.length === 0) return
  const count = chunkCount(rows, order, limits)
  for (let i = 0; i < count; i++) {
    const [from, to] = [Math.floor((i * order.length) / count), Math.floor(((i + 1) * order.length) / count)]
    yield writeChunk(rows, order.subarray(from, to), isSimple)
  }
}

function chunkCount(rows: Rows, order: Uint32Array, limits: ChunkLimits): number {
  const { historyChunkRowsMax, historyChunkPointsMax } = limits
  if (order.length <= historyChunkRowsMax && order.length * rows.names.length <= historyChunkPointsMax)
    return 1
  let points = 0
  for (const name of rows.names) {
    const column = rows.column(name)
    if (!column) continue
    for (const row of order) {
      const number = column.numbers?.[row]
      if ((number !== undefined && !Number.isNaN(number)) || column.others?.[row] !== undefined) points++
    }
  }
  return Math.max(
    Math.ceil(order.length / historyChunkRowsMax),
    Math.min(order.length, Math.ceil(points / historyChunkPointsMax)),
  )
}
