import { createHash } from 'node:crypto'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { DeviceId, Position } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import { limits as defaults, type Limits } from '../base/limits.ts'
import { OperatorError } from '../base/operator-error.ts'
import type { Entry, NewEntry } from '../domain/entry/entry.ts'
import type { DeviceEntryPage } from '../domain/entry/entry-query.ts'
import { allOf } from '../sql/conditions.ts'
import { type Faults, Sqlite, type SqlRow } from '../sql/sqlite.ts'
import { type Log, type LogQuery, LogWriteError } from './log.ts'

/*
 * The log in one SQLite file, written by one thread.
 *
 * Group commit: `append` queues; the queue is written in one transaction at the end of the current turn of the
 * event loop, so everything that arrived in that turn, and everything that arrived while the last commit ran,
 * shares one flush. With `synchronous=FULL` in WAL mode a commit that returned is on disk (safety R1).
 *
 * Positions count up from 1 and are handed out inside the transaction: a batch that failed leaves no gap and no
 * trace. What a crash leaves behind SQLite puts right by itself when the file is opened (safety R5).
 */

/** `user_version` of the file; a newer one was written by a newer version of the product. */
export const logSchemaVersion = 1
const SCHEMA = `
  CREATE TABLE entry (
    position INTEGER PRIMARY KEY,
    at INTEGER NOT NULL,
    project_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    device_id TEXT,
    report_hash BLOB,
    body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX entry_device ON entry (device_id) WHERE device_id IS NOT NULL;
  CREATE INDEX entry_report ON entry (report_hash, at) WHERE report_hash IS NOT NULL;
  PRAGMA user_version = ${logSchemaVersion};
`

export interface SqliteLogOptions {
  /** Path of the database file; made when it is not there. */
  readonly file: string
  readonly limits?: Pick<
    Limits,
    'logBatchEntriesMax' | 'logReadEntriesMax' | 'scanRowsMax' | 'deviceEntriesScannedMax'
  >
  /** Tests alone (safety Q2). */
  readonly faults?: Faults
}

type OpenOptions = SqliteLogOptions & Required<Pick<SqliteLogOptions, 'limits'>>

/** An entry made ready for its row; the position is not known yet. */
type Row = readonly [
  at: Instant,
  projectId: string,
  kind: string,
  deviceId: string | null,
  hash: Uint8Array | null,
  body: string,
]

interface Waiting {
  readonly rows: readonly Row[]
  readonly resolve: (positions: readonly Position[]) => void
  readonly reject: (fault: LogWriteError) => void
}

/** Opens the log, or makes it. Throws when the file cannot be opened or a newer version of the product wrote it. */
export function openSqliteLog({ file, limits = defaults, faults }: SqliteLogOptions): Log {
  return new SqliteLog({ file, limits, ...(faults ? { faults } : {}) })
}

class SqliteLog implements Log {
  readonly #options: OpenOptions
  /** Undefined: closed, or to be opened anew because a failed transaction could not be taken back. */
  #db: Sqlite | undefined
  #head: number
  #waiting: Waiting[] = []
  #waitingEntries = 0
  #flush: NodeJS.Immediate | undefined
  #closed = false

  constructor(options: OpenOptions) {
    this.#options = options
    const db = openFile(options)
    this.#db = db
    this.#head = Number(db.get('SELECT max(position) AS head FROM entry')?.['head'] ?? 0)
  }

  append(entries: readonly NewEntry[]): Promise<readonly Position[]> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw new LogWriteError('the log is closed')
      // Made into rows here: an entry that cannot be written fails its own caller, not the batch.
      this.#waiting.push({ rows: entries.map(rowOf), resolve, reject })
      this.#waitingEntries += entries.length
      if (this.#waitingEntries >= this.#options.limits.logBatchEntriesMax) this.#commitWaiting()
      else this.#flush ??= setImmediate(() => this.#commitWaiting())
    })
  }

  async read({
    after = 0 as Position,
    projectId,
    kinds,
    deviceIds,
    limit,
  }: LogQuery): Promise<readonly Entry[]> {
    const filter = allOf(
      projectId === undefined ? undefined : ['project_id = ?', projectId],
      kinds && ['kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds)],
    )
    const wanted = Math.min(Math.max(limit, 1), this.#options.limits.logReadEntriesMax)
    return deviceIds
      ? this.#readDevices(new Set(deviceIds), filter, after, wanted)
      : this.#scan(filter, after, wanted)
  }

  async readBack({
    deviceId,
    from,
    before,
    kinds,
    limit,
  }: Parameters<Log['readBack']>[0]): Promise<DeviceEntryPage> {
    const filter = allOf(kinds && ['kind IN (SELECT value FROM json_each(?))', JSON.stringify(kinds)])
    const { scanRowsMax, deviceEntriesScannedMax } = this.#options.limits
    const entries: Entry[] = []
    let end = before ?? Number.MAX_SAFE_INTEGER
    for (let scanned = 0; scanned < deviceEntriesScannedMax; scanned += scanRowsMax) {
      if (scanned > 0) await nextTurn()
      // From the index alone: how far down this slice goes, whatever the kinds.
      const slice = this.#opened().get(
        `SELECT min(position) AS start, count(*) AS n FROM (SELECT position FROM entry
           WHERE device_id = ? AND position >= ? AND position < ? ORDER BY position DESC LIMIT ?)`,
        [deviceId, from, end, scanRowsMax],
      )
      if (typeof slice?.['start'] !== 'number') return { entries }
      const wanted = limit - entries.length
      const rows = this.#opened().all(
        `${SELECT_ENTRY} WHERE device_id = ? AND position >= ? AND position < ? AND ${filter.sql}
           ORDER BY position DESC LIMIT ?`,
        [deviceId, slice['start'], end, ...filter.parameters, wanted],
      )
      entries.push(...rows.map(entryOf))
      if (rows.length === wanted) {
        end = Number(rows.at(-1)?.['position'])
        break
      }
      end = slice['start']
      if (slice['n'] !== scanRowsMax) return { entries }
    }
    return { entries, before: end }
  }

  head(): Promise<Position> {
    return Promise.resolve(this.#head as Position)
  }

  async findReport(deviceId: DeviceId, payload: Uint8Array, since: Instant): Promise<Instant | undefined> {
    // What waits to be written may be the very report that is asked about.
    this.#commitWaiting()
    const row = this.#opened().get('SELECT max(at) AS at FROM entry WHERE report_hash = ? AND at >= ?', [
      reportHash(deviceId, payload),
      since,
    ])
    return typeof row?.['at'] === 'number' ? row['at'] : undefined
  }

  async probe(): Promise<void> {
    // Writes the page that holds the number, whatever stood there, and so all that a commit needs is tried.
    this.#inTransaction((db) => db.exec(`PRAGMA user_version = ${logSchemaVersion}`))
  }

  close(): Promise<void> {
    this.#commitWaiting()
    this.#closed = true
    this.#db?.close()
    this.#db = undefined
    return Promise.resolve()
  }

  /** In slices of positions: a filter that matches little must not hold up the commits behind it (safety R12). */
  async #scan(filter: Filter, after: number, wanted: number): Promise<Entry[]> {
    const found: Entry[] = []
    const head = this.#head
    const slice = this.#options.limits.scanRowsMax
    for (let from = after; from < head && found.length < wanted; from += slice) {
      if (from > after) await nextTurn()
      const rows = this.#opened().all(
        `${SELECT_ENTRY} WHERE position > ? AND position <= ? AND ${filter.sql} ORDER BY position LIMIT ?`,
        [from, Math.min(from + slice, head), ...filter.parameters, wanted - found.length],
      )
      for (const row of rows) found.push(entryOf(row))
    }
    return found
  }

  /** Device by device, each along its index, then put in order: no device's rows are read beyond what is wanted. */
  #readDevices(deviceIds: ReadonlySet<DeviceId>, filter: Filter, after: number, wanted: number): Entry[] {
    const rows = [...deviceIds].flatMap((deviceId) =>
      this.#opened().all(
        `${SELECT_ENTRY} WHERE device_id = ? AND position > ? AND ${filter.sql} ORDER BY position LIMIT ?`,
        [deviceId, after, ...filter.parameters, wanted],
      ),
    )
    return rows
      .toSorted((a, b) => Number(a['position']) - Number(b['position']))
      .slice(0, wanted)
      .map(entryOf)
  }

  /** Writes all that waits in one transaction and tells those who wait. Never throws. */
  #commitWaiting(): void {
    clearImmediate(this.#flush)
    this.#flush = undefined
    const batch = this.#waiting
    if (batch.length === 0) return
    this.#waiting = []
    this.#waitingEntries = 0
    try {
      const positions = this.#write(batch)
      for (const [index, { resolve }] of batch.entries()) resolve(positions[index] ?? [])
    } catch (fault) {
      for (const { reject } of batch) reject(fault as LogWriteError)
    }
  }

  #write(batch: readonly Waiting[]): (readonly Position[])[] {
    let head = this.#head
    const positions = this.#inTransaction((db) =>
      batch.map(({ rows }) =>
        rows.map((row) => {
          db.run(INSERT_ENTRY, [++head, ...row])
          return head as Position
        }),
      ),
    )
    this.#head = head
    return positions
  }

  /** All of what `work` writes is durable on return, or none is there and a `LogWriteError` is thrown. */
  #inTransaction<T>(work: (db: Sqlite) => T): T {
    try {
      const db = this.#opened()
      db.begin()
      try {
        const result = work(db)
        db.commit()
        return result
      } catch (fault) {
        this.#takeBack(db)
        throw fault
      }
    } catch (cause) {
      const message = `the log cannot be written: ${cause instanceof Error ? cause.message : String(cause)}`
      throw new LogWriteError(message, { cause })
    }
  }

  #takeBack(db: Sqlite): void {
    try {
      db.rollback()
    } catch {
      // The connection is of no more use. SQLite takes the transaction back when the file is opened again; the
      // fault that led here is the one that is reported.
      this.#db = undefined
      db.close()
    }
  }

  #opened(): Sqlite {
    if (this.#closed) throw new LogWriteError('the log is closed')
    return (this.#db ??= openFile(this.#options))
  }
}

type Filter = ReturnType<typeof allOf>

const SELECT_ENTRY = 'SELECT position, at, project_id, kind, device_id, body FROM entry'
const INSERT_ENTRY =
  'INSERT INTO entry (position, at, project_id, kind, device_id, report_hash, body) VALUES (?, ?, ?, ?, ?, ?, ?)'

function openFile({ file, faults }: Pick<SqliteLogOptions, 'file' | 'faults'>): Sqlite {
  const db = new Sqlite({ file, durability: 'full', ...(faults ? { faults } : {}) })
  try {
    const version = db.get('PRAGMA user_version')?.['user_version']
    if (version === 0) db.transaction(() => db.exec(SCHEMA))
    else if (version !== logSchemaVersion)
      throw new OperatorError(
        `${file} has format ${String(version)}, this version of Quayside reads format ${logSchemaVersion}. ` +
          'Start the version that wrote it, or restore a backup made before the upgrade.',
      )
    return db
  } catch (fault) {
    db.close()
    throw fault
  }
}

function rowOf(entry: NewEntry): Row {
  const hash =
    entry.kind === 'report' && entry.body.payloadBytes === undefined
      ? reportHash(entry.deviceId, Buffer.from(entry.body.payload, entry.body.payloadEncoding))
      : null
  return [entry.at, entry.projectId, entry.kind, entry.deviceId ?? null, hash, JSON.stringify(entry.body)]
}

function entryOf(row: SqlRow): Entry {
  const { position, at, project_id: projectId, kind, device_id: deviceId, body } = row
  // What stands in the table was an entry when it was written.
  return {
    position,
    at,
    projectId,
    kind,
    ...(deviceId === null ? {} : { deviceId }),
    body: JSON.parse(String(body)) as unknown,
  } as Entry
}

/** Half of a SHA-256 over device and payload: a device could at best mistake two reports of its own. */
function reportHash(deviceId: DeviceId, payload: Uint8Array): Uint8Array {
  return createHash('sha256').update(deviceId).update('\0').update(payload).digest().subarray(0, 16)
}
