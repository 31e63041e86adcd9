import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { OperatorError } from '../base/operator-error.ts'

/** What a column can hold; JSON is text, times are integers (epoch milliseconds), booleans are 0 and 1. */
export type SqlValue = null | number | bigint | string | Uint8Array
export type SqlRow = Record<string, SqlValue>

/** The steps at which tests make the storage fail (safety Q2). */
export type FaultPoint = 'read' | 'write' | 'begin' | 'commit'
/** Called before each step; may throw, as a full or broken disk would. Production passes none. */
export type Faults = (point: FaultPoint, sql: string) => void

export interface SqliteOptions {
  /** Path of the database file, or `:memory:`. */
  readonly file: string
  readonly readOnly?: boolean
  /**
   * `full`: a commit is on disk when it returns (safety R1). `normal`: a power cut may take the last commits
   * away, never half of one; for what can be rebuilt from the log.
   */
  readonly durability: 'full' | 'normal'
  readonly faults?: Faults
}

/** The file cannot be opened as a database; `errcode` is SQLite's result code (https://sqlite.org/rescode.html). */
export class DatabaseFileError extends OperatorError {
  override readonly name = 'DatabaseFileError'
  readonly errcode: number | undefined

  constructor(file: string, cause: unknown) {
    const { message, errcode } = cause as Error & { errcode?: number }
    super(
      `${file} cannot be opened (${message}); see that the disk has space and works and that the file is ours, or restore a backup.`,
      { cause },
    )
    this.errcode = errcode
  }
}

// https://sqlite.org/rescode.html: SQLITE_CORRUPT, SQLITE_NOTADB; the low byte of an extended code is its family.
/** What the file holds cannot be read any more. */
export const isDamage = (fault: unknown): boolean =>
  fault instanceof Error &&
  'errcode' in fault &&
  typeof fault.errcode === 'number' &&
  [11, 26].includes(fault.errcode & 0xff)

/**
 * One connection to one SQLite file in WAL mode. Synchronous: keep it off threads that serve sockets, or keep
 * its statements short. Owns the file handle; `close()` ends it.
 */
export class Sqlite {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, StatementSync>()
  readonly #faults: Faults | undefined

  /** Throws {@link DatabaseFileError}. */
  constructor({ file, readOnly = false, durability, faults }: SqliteOptions) {
    this.#faults = faults
    let db: DatabaseSync | undefined
    try {
      db = new DatabaseSync(file, { readOnly, enableForeignKeyConstraints: true })
      // Set explicitly: defaults change, and durability rests on them (safety R1).
      db.exec('PRAGMA busy_timeout = 5000')
      if (!readOnly) {
        db.exec('PRAGMA journal_mode = WAL')
        db.exec(`PRAGMA synchronous = ${durability === 'full' ? 'FULL' : 'NORMAL'}`)
      }
      // SQLite's own knows the case of ASCII alone: https://sqlite.org/lang_corefunc.html#lower
      db.function('lower', { deterministic: true }, (text) =>
        text === null ? null : String(text).toLowerCase(),
      )
    } catch (fault) {
      db?.close()
      throw new DatabaseFileError(file, fault)
    }
    this.#db = db
  }

  /** All rows; integers above 2^53 are refused by SQLite's binding rather than rounded. */
  all(sql: string, parameters: readonly SqlValue[] = []): SqlRow[] {
    this.#faults?.('read', sql)
    return this.#statement(sql).all(...parameters)
  }

  get(sql: string, parameters: readonly SqlValue[] = []): SqlRow | undefined {
    this.#faults?.('read', sql)
    return this.#statement(sql).get(...parameters)
  }

  run(sql: string, parameters: readonly SqlValue[] = []): { changes: number; lastInsertRowid: number } {
    this.#faults?.('write', sql)
    const { changes, lastInsertRowid } = this.#statement(sql).run(...parameters)
    return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) }
  }

  /** Statements without parameters: schema, pragmas. */
  exec(sql: string): void {
    this.#faults?.('write', sql)
    this.#db.exec(sql)
  }

  begin(): void {
    this.#faults?.('begin', 'BEGIN IMMEDIATE')
    this.#db.exec('BEGIN IMMEDIATE')
  }

  commit(): void {
    this.#faults?.('commit', 'COMMIT')
    this.#db.exec('COMMIT')
  }

  /** Does nothing when no transaction is open: after some faults SQLite has rolled back by itself. */
  rollback(): void {
    if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
  }

  /** Runs `work` in one transaction: all of it is written or nothing. */
  transaction<T>(work: () => T): T {
    this.begin()
    try {
      const result = work()
      this.commit()
      return result
    } catch (fault) {
      this.rollback()
      throw fault
    }
  }

  close(): void {
    this.#statements.clear()
    if (this.#db.isOpen) this.#db.close()
  }

  // Statements are kept: preparing costs more than a point read. A caller's set of texts is small and fixed;
  // the bound only guards against one that pastes values into its SQL.
  #statement(sql: string): StatementSync {
    const kept = this.#statements.get(sql)
    if (kept) return kept
    if (this.#statements.size >= 500) this.#statements.clear()
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}
