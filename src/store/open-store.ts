import { Kysely } from 'kysely'
import { type Faults, Sqlite } from '../sql/sqlite.ts'
import { sqliteDialect } from './dialect/sqlite.ts'
import { createSealer } from './sealer.ts'
import type { Store } from './store.ts'
import type { Tables } from './tables.ts'

export interface OpenStoreOptions {
  /** Path of `registry.db`, or `:memory:`. */
  readonly file: string
  readonly readOnly?: boolean
  /** 32 bytes that seal secrets; kept outside the database. */
  readonly key: Uint8Array
  readonly faults?: Faults
}

/** A store that owns its connection. */
export interface OpenedStore extends Store {
  /**
   * Grows with every write, before whoever asked for the write is answered. Shared with the threads that read the
   * registry: what they read at a version holds until there is another.
   */
  readonly version: Int32Array
  close(): Promise<void>
}

/** Opens the embedded registry; a commit is on disk when it returns (safety R5). Migrate before use. */
export function openStore({ file, readOnly = false, key, faults }: OpenStoreOptions): OpenedStore {
  const sealer = createSealer(key)
  const sqlite = new Sqlite({ file, readOnly, durability: 'full', ...(faults && { faults }) })
  const version = new Int32Array(new SharedArrayBuffer(4))
  const dialect = sqliteDialect(sqlite, () => void Atomics.add(version, 0, 1))
  const db = new Kysely<Tables>({ dialect })
  return {
    db,
    sealer,
    version,
    async close() {
      await db.destroy()
      sqlite.close() // Kysely opens its driver on first use, and destroys only what it opened.
    },
  }
}
