import type { Store } from './store.ts'

/**
 * Runs `work` in one transaction: all it writes is there when this resolves, or nothing is (safety R5). `work`
 * must use the store it is given; the outer one would wait for the transaction to end, for ever. Rejects with
 * `store-unavailable` when the storage cannot be written.
 */
export function inTransaction<T>(store: Store, work: (tx: Store) => Promise<T>): Promise<T> {
  return store.db.transaction().execute((db) => work({ db, sealer: store.sealer }))
}
