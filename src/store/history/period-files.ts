import { mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { OTHER, type Period } from '../../domain/history/period.ts'
import type { Faults } from '../../sql/sqlite.ts'
import { hasLog, PeriodFile, periodBytes, removePeriodFile } from './period-file.ts'

/** The files of all periods in one folder. Keeps few open, those used last; `close()` ends them. */
export class PeriodFiles {
  readonly #folder: string
  readonly #openMax: number
  readonly #faults: Faults | undefined
  readonly #periods: Set<Period>
  /** The one used last stands last. */
  readonly #open = new Map<Period, PeriodFile>()

  constructor(folder: string, openMax: number, faults?: Faults) {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#folder = folder
    this.#openMax = openMax
    this.#faults = faults
    this.#periods = new Set(
      readdirSync(folder).flatMap((name) => /^history-(\d{4}-\d\d|other)\.db$/.exec(name)?.[1] ?? []),
    )
  }

  /** Those that have a file; months from the oldest on, `other` behind them. */
  get periods(): readonly Period[] {
    return [...this.#periods].toSorted(
      (a, b) => Number(a === OTHER) - Number(b === OTHER) || (a < b ? -1 : 1),
    )
  }

  /** Undefined when the period has no file. What it gives is good until the next call. */
  find(period: Period): PeriodFile | undefined {
    return this.#periods.has(period) ? this.make(period) : undefined
  }

  make(period: Period): PeriodFile {
    const kept = this.#open.get(period)
    if (kept) {
      this.#open.delete(period)
      this.#open.set(period, kept)
      return kept
    }
    for (const [oldest, file] of this.#open) {
      if (this.#open.size < this.#openMax) break
      this.#open.delete(oldest)
      file.close()
    }
    const opened = new PeriodFile(this.#path(period), this.#faults)
    this.#open.set(period, opened)
    this.#periods.add(period)
    return opened
  }

  get opened(): readonly Period[] {
    return [...this.#open.keys()]
  }

  /** Empties the write-ahead log of a file that is open. */
  settle(period: Period): void {
    if (hasLog(this.#path(period))) this.#open.get(period)?.settle()
  }

  /** With what SQLite keeps beside the file. */
  bytes(period: Period): number {
    return periodBytes(this.#path(period))
  }

  remove(period: Period): void {
    this.#open.get(period)?.close()
    this.#open.delete(period)
    removePeriodFile(this.#path(period))
    this.#periods.delete(period)
  }

  close(): void {
    for (const file of this.#open.values()) file.close()
    this.#open.clear()
  }

  #path(period: Period): string {
    return join(this.#folder, `history-${period}.db`)
  }
}
