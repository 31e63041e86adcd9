import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Instant } from '../../base/instant.ts'
import { OTHER, type Period, spanOf } from '../../domain/history/period.ts'
import {
  type Faults,
  isDamage,
  Sqlite,
  type SqliteOptions,
  type SqlRow,
  type SqlValue,
} from '../../sql/sqlite.ts'
import { ProgressFile } from './progress-file.ts'

/*
 * A month whose file is damaged is set aside: renamed, so that nobody reads it any more and nothing of it is lost. The
 * log is then applied to history from its beginning, as after a crash: rows that other months have are recognised, and
 * those of this month make a new file. What the log has let go is in the file that was set aside alone.
 */

/** The file of a period cannot be read: SQLite says so, or what stands in it is no chunk of history. */
export class DamagedPeriodError extends Error {
  override readonly name = 'DamagedPeriodError'
  readonly path: string

  constructor(path: string, cause: unknown) {
    super(`${path} is damaged: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    this.path = path
  }
}

/** A period's database, which tells damage from other faults. */
export class PeriodDatabase extends Sqlite {
  readonly #path: string

  /** Throws {@link DamagedPeriodError}, or `DatabaseFileError` for what is no damage. */
  static open(path: string, faults?: Faults): PeriodDatabase {
    return orDamaged(
      path,
      () => new PeriodDatabase({ file: path, durability: 'full', ...(faults && { faults }) }),
    )
  }

  private constructor(options: SqliteOptions) {
    super(options)
    this.#path = options.file
  }

  override all(sql: string, parameters?: readonly SqlValue[]): SqlRow[] {
    return orDamaged(this.#path, () => super.all(sql, parameters))
  }

  override get(sql: string, parameters?: readonly SqlValue[]): SqlRow | undefined {
    return orDamaged(this.#path, () => super.get(sql, parameters))
  }

  override run(sql: string, parameters?: readonly SqlValue[]): { changes: number; lastInsertRowid: number } {
    return orDamaged(this.#path, () => super.run(sql, parameters))
  }

  override exec(sql: string): void {
    orDamaged(this.#path, () => super.exec(sql))
  }

  override commit(): void {
    orDamaged(this.#path, () => super.commit())
  }
}

function orDamaged<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (fault) {
    throw isDamage(fault) ? new DamagedPeriodError(path, fault) : fault
  }
}

/** Decodes what a file of a period holds: whatever that throws is damage, since the same was once encoded. */
export function decoded<T>(path: string, work: () => T): T {
  try {
    return work()
  } catch (fault) {
    throw new DamagedPeriodError(path, fault)
  }
}

/**
 * Renames the file, and has the log applied from its beginning by the next store that is opened on the folder. The
 * store that met the damage must be closed. After a crash in between the damage is simply met again.
 */
export function setAsidePeriod({ path }: DamagedPeriodError): string {
  const progress = new ProgressFile(dirname(path))
  try {
    const { folded, folding } = progress.read()
    progress.write({ folded: 0 as typeof folded, folding: Math.max(folded, folding) as typeof folding })
  } finally {
    progress.close()
  }
  const free = (n: number): string =>
    existsSync(`${path}.damaged-${n}`) ? free(n + 1) : `${path}.damaged-${n}`
  const aside = free(1)
  // So named SQLite finds what stands in the write-ahead log, should somebody try to get at it.
  if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`)
  rmSync(`${path}-shm`, { force: true })
  if (existsSync(path)) renameSync(path, aside)
  return aside
}

/** A period whose file was found damaged. */
export interface SetAside {
  readonly period: Period
  /** Name of the file in the folder of history. */
  readonly file: string
}

/** Those whose files are still there; somebody deletes them when they are of no more use. */
export function listSetAside(folder: string): readonly SetAside[] {
  if (!existsSync(folder)) return []
  return readdirSync(folder)
    .toSorted()
    .flatMap((file) => {
      const [, period] = /^history-(\d{4}-\d\d|other)\.db\.damaged-\d+$/.exec(file) ?? []
      return period === undefined ? [] : [{ period, file }]
    })
}

/** Deletes those of months that ended by `olderThan`: what retention lets go must not stay in them. */
export function pruneSetAside(folder: string, olderThan: Instant): void {
  for (const { period, file } of listSetAside(folder))
    if (period !== OTHER && spanOf(period).end <= olderThan)
      for (const suffix of ['', '-wal', '-shm']) rmSync(join(folder, file + suffix), { force: true })
}

/** For an operator, one sentence each. */
export function tellSetAside({ period, file }: SetAside): string {
  const what = period === OTHER ? 'History of times outside all months' : `History of ${period}`
  return `${what} was damaged and set aside as history/${file}; of it there is what the log still held.`
}
