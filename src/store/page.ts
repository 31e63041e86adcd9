import type { RowKey } from '../base/ids.ts'

/** A page of a list: newest first, rows below `marker`, then `offset` of them skipped (northbound §3.1). */
export interface PageRequest {
  readonly limit: number
  readonly marker?: RowKey
  readonly offset: number
}

export interface Page<T> {
  readonly rows: readonly T[]
  /** All rows that pass the filter, whatever the page. */
  readonly count: number
}
