import { rmSync, statSync } from 'node:fs'
import type { DeviceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { Limits } from '../../base/limits.ts'
import { allOf } from '../../sql/conditions.ts'
import type { Faults, SqlRow } from '../../sql/sqlite.ts'
import { type Chunk, type ChunkHead, ChunkRows, readHead } from './chunk.ts'
import { decoded, PeriodDatabase } from './damage.ts'
import type { Rows } from './rows.ts'

const SCHEMA_VERSION = 1
/*
 * level: how often the chunk's rows were merged with others; FULL is left alone. The partial index holds the few that
 * are still to be merged, the other one finds the chunks of a stretch of time.
 */
const SCHEMA = `
  CREATE TABLE series (
    id INTEGER PRIMARY KEY,
    device_id TEXT NOT NULL,
    service_id TEXT NOT NULL,
    UNIQUE (device_id, service_id)
  ) STRICT;

  CREATE TABLE chunk (
    id INTEGER PRIMARY KEY,
    series INTEGER NOT NULL,
    level INTEGER NOT NULL,
    time_min INTEGER NOT NULL,
    time_max INTEGER NOT NULL,
    seq_min INTEGER NOT NULL,
    seq_max INTEGER NOT NULL,
    received_max INTEGER NOT NULL,
    rows INTEGER NOT NULL,
    points INTEGER NOT NULL,
    plain INTEGER NOT NULL,
    head BLOB NOT NULL,
    body BLOB NOT NULL
  ) STRICT;
  CREATE INDEX chunk_time ON chunk (series, time_max);
  CREATE INDEX chunk_level ON chunk (series, level) WHERE level < 9;

  CREATE TABLE totals (rows INTEGER NOT NULL, points INTEGER NOT NULL, time_min INTEGER) STRICT;
  INSERT INTO totals VALUES (0, 0, NULL);

  PRAGMA user_version = ${SCHEMA_VERSION};
`
const FULL = 9

/** Pages of 4 kB: a checkpoint writes so many in one go, while everybody waits (safety R12). */
const CHECKPOINT_PAGES = 256

/** What is known of a chunk without reading it. */
export interface ChunkEntry {
  readonly id: number
  readonly series: number
  readonly timeMin: Instant
  readonly timeMax: Instant
  readonly seqMin: number
  readonly seqMax: number
  readonly rows: number
  readonly points: number
  readonly plain: boolean
}

export interface Totals {
  readonly rows: number
  readonly points: number
  /** No row is older; undefined: there is none. */
  readonly timeMin: Instant | undefined
}

/** The history of one period: one SQLite file. `close()` ends it. */
export class PeriodFile {
  readonly path: string
  readonly #db: PeriodDatabase
  /** Ids of series that were found under it hold; another one means that they are to be looked up again. */
  ids: object = {}

  constructor(path: string, faults?: Faults) {
    this.path = path
    this.#db = PeriodDatabase.open(path, faults)
    try {
      // Nobody else writes; a copy that is being made of the file must not hold the thread up (safety R12).
      this.#db.exec('PRAGMA busy_timeout = 50')
      this.#db.exec(`PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}`)
      const version = this.#db.get('PRAGMA user_version')?.['user_version']
      if (version === 0) this.#db.transaction(() => this.#db.exec(SCHEMA))
      else if (version !== SCHEMA_VERSION)
        throw new Error(`${path} was written by another version of the platform (${String(version)})`)
    } catch (fault) {
      this.#db.close()
      throw fault
    }
  }

  begin(): void {
    this.#db.begin()
  }

  commit(): void {
    this.#db.commit()
  }

  rollback(): void {
    this.ids = {}
    this.#db.rollback()
  }

  findSeries(deviceId: DeviceId, serviceId: string): number | undefined {
    const row = this.#db.get('SELECT id FROM series WHERE device_id = ? AND service_id = ?', [
      deviceId,
      serviceId,
    ])
    return row && Number(row['id'])
  }

  listSeries(deviceId: DeviceId): readonly { readonly id: number; readonly serviceId: string }[] {
    return this.#db
      .all('SELECT id, service_id FROM series WHERE device_id = ?', [deviceId])
      .map((row) => ({ id: Number(row['id']), serviceId: String(row['service_id']) }))
  }

  makeSeries(deviceId: DeviceId, serviceId: string): number {
    return (
      this.findSeries(deviceId, serviceId) ??
      this.#db.run('INSERT INTO series (device_id, service_id) VALUES (?, ?)', [deviceId, serviceId])
        .lastInsertRowid
    )
  }

  /** When it has no chunks left. */
  deleteSeries(id: number): void {
    this.ids = {}
    this.#db.run(
      'DELETE FROM series WHERE id = ? AND NOT EXISTS (SELECT 1 FROM chunk WHERE chunk.series = series.id)',
      [id],
    )
  }

  insert(series: number, level: number, chunk: Chunk): void {
    this.#db.run(
      `INSERT INTO chunk (series, level, time_min, time_max, seq_min, seq_max, received_max, rows, points, plain, head, body)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      [
        series,
        level,
        chunk.timeMin,
        chunk.timeMax,
        chunk.seqMin,
        chunk.seqMax,
        chunk.receivedMax,
        chunk.rows,
        chunk.points,
        chunk.plain ? 1 : 0,
        chunk.head,
        chunk.body,
      ],
    )
  }

  /** Adds to what {@link totals} gives. */
  count({ rows, points, timeMin }: Totals): void {
    this.#db.run(
      // min() of SQLite is null when one of the two is.
      'UPDATE totals SET rows = rows + ?, points = points + ?, time_min = coalesce(min(time_min, ?), time_min, ?)',
      [rows, points, timeMin ?? null, timeMin ?? null],
    )
  }

  totals(): Totals {
    const row = this.#db.get('SELECT rows, points, time_min FROM totals')
    const timeMin = row?.['time_min'] ?? undefined
    return {
      rows: Number(row?.['rows'] ?? 0),
      points: Number(row?.['points'] ?? 0),
      timeMin: timeMin === undefined ? undefined : Number(timeMin),
    }
  }

  /** Chunks with rows of `start` ≤ time < `end`, perhaps. */
  listChunks(
    series: number,
    {
      start,
      end,
      seqFrom,
    }: { readonly start?: Instant; readonly end?: Instant; readonly seqFrom?: number } = {},
  ): readonly ChunkEntry[] {
    const where = allOf(
      ['series = ?', series],
      start === undefined ? undefined : ['time_max >= ?', start],
      end === undefined ? undefined : ['time_min < ?', end],
      seqFrom === undefined ? undefined : ['seq_max >= ?', seqFrom],
    )
    return this.#db.all(`${ENTRY} WHERE ${where.sql}`, where.parameters).map(entryOf)
  }

  countLevel(series: number, level: number): number {
    const sql = 'SELECT count(*) AS found FROM chunk WHERE series = ? AND level = ? AND level < 9'
    return Number(this.#db.get(sql, [series, level])?.['found'] ?? 0)
  }

  /** The oldest `limit` chunks of a level. */
  listLevel(series: number, level: number, limit: number): readonly ChunkEntry[] {
    return this.#db
      .all(`${ENTRY} WHERE series = ? AND level = ? AND level < 9 ORDER BY id LIMIT ?`, [
        series,
        level,
        limit,
      ])
      .map(entryOf)
  }

  /** Undefined: it is gone, merged into another perhaps. */
  readHead(id: number): ChunkHead | undefined {
    const head = bytesOf(this.#db.get('SELECT head FROM chunk WHERE id = ?', [id])?.['head'])
    return head && decoded(this.path, () => readHead(head))
  }

  /** The rows of a chunk; undefined as above. */
  readRows(id: number): Rows | undefined {
    const row = this.#db.get('SELECT head, body FROM chunk WHERE id = ?', [id])
    const [head, body] = [bytesOf(row?.['head']), bytesOf(row?.['body'])]
    return (
      head &&
      body &&
      new ChunkRows(
        decoded(this.path, () => readHead(head)),
        body,
        this.path,
      )
    )
  }

  deleteChunk(id: number): void {
    this.#db.run('DELETE FROM chunk WHERE id = ?', [id])
  }

  /** Of any series: chunks whose every row was received before, at most `limit`. */
  listReceivedBefore(time: Instant, limit: number): readonly ChunkEntry[] {
    return this.#db.all(`${ENTRY} WHERE received_max < ? LIMIT ?`, [time, limit]).map(entryOf)
  }

  /** Empties the write-ahead log, which else stays as long as it ever was: a megabyte beside a month of a few kilobytes. */
  settle(): void {
    this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  }

  close(): void {
    this.#db.close()
  }
}

const ENTRY = 'SELECT id, series, time_min, time_max, seq_min, seq_max, rows, points, plain FROM chunk'

function entryOf(row: SqlRow): ChunkEntry {
  return {
    id: Number(row['id']),
    series: Number(row['series']),
    timeMin: Number(row['time_min']),
    timeMax: Number(row['time_max']),
    seqMin: Number(row['seq_min']),
    seqMax: Number(row['seq_max']),
    rows: Number(row['rows']),
    points: Number(row['points']),
    plain: row['plain'] === 1,
  }
}

const bytesOf = (value: unknown): Uint8Array | undefined => (value instanceof Uint8Array ? value : undefined)

/** The level of a chunk whose rows were `merged` times, the last time into one of this size. */
export function levelOf(
  chunk: Chunk,
  merged: number,
  {
    historyChunkRowsMax,
    historyChunkPointsMax,
  }: Pick<Limits, 'historyChunkRowsMax' | 'historyChunkPointsMax'>,
): number {
  const isFull = chunk.rows * 2 >= historyChunkRowsMax || chunk.points * 2 >= historyChunkPointsMax
  return isFull ? FULL : Math.min(merged, FULL - 1)
}

/** Is anything in the write-ahead log? */
export function hasLog(path: string): boolean {
  return (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0
}

export function periodBytes(path: string): number {
  let bytes = 0
  for (const suffix of ['', '-wal']) bytes += statSync(path + suffix, { throwIfNoEntry: false })?.size ?? 0
  return bytes
}

/** The write-ahead log goes first: beside a new file of the name it would be taken for that one's. */
export function removePeriodFile(path: string): void {
  for (const suffix of ['-wal', '-shm', '']) rmSync(path + suffix, { force: true })
}
