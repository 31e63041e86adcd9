import { migrate } from '../../src/store/migrate.ts'
import { openStore } from '../../src/store/open-store.ts'
import { aClock } from '../support/builders.ts'
import { storeContract } from './store.ts'

storeContract('SQLite', async () => {
  const store = openStore({ file: ':memory:', key: new Uint8Array(32).fill(7) })
  await migrate(store, aClock())
  return store
})
