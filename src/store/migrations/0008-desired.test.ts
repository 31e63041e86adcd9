import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { dueBits } from '../../domain/device/due.ts'
import { migrate } from '../migrate.ts'
import { openStore } from '../open-store.ts'
import { migrations } from './all.ts'

test('device protocol §4.4: what was desired of devices before is looked at when they connect', async () => {
  const store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  onTestFinished(() => store.close())
  const clock = { now: () => 1 }
  const before = migrations.filter(({ number }) => number < 8)
  await migrate(store, clock, before)
  await sql`PRAGMA foreign_keys = OFF`.execute(store.db)
  for (const [key, due] of [
    ['1', 0],
    ['2', dueBits.messages],
  ] as const)
    await sql`INSERT INTO device (key, project_id, space_id, product_key, product_id, device_id, node_id, auth_type,
      secure_access, timeout_seconds, frozen, tags, created_at, due)
      VALUES (${key}, 'p', 's', 'pk', 'meter', ${key}, ${key}, 'SECRET', 1, 0, 0, '[]', 1, ${due})`.execute(
      store.db,
    )

  await migrate(store, clock)

  const rows = await store.db.selectFrom('device').select('due').orderBy('key').execute()
  expect(rows.map(({ due }) => due)).toEqual([dueBits.desired, dueBits.desired | dueBits.messages])
})
