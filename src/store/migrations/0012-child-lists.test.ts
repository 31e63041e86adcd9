import { sql } from 'kysely'
import { expect, test } from 'vitest'
import type { DeviceId } from '../../base/ids.ts'
import { findChildList, listChildChanges } from '../child-lists.ts'
import { migrate } from '../migrate.ts'
import { openStore } from '../open-store.ts'
import { migrations } from './all.ts'

test('R5: children that were there before stand in the lists of their topmost gateways, oldest first', async () => {
  const store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  const clock = { now: () => 1 }
  await migrate(
    store,
    clock,
    migrations.filter(({ number }) => number < 12),
  )
  await sql`PRAGMA foreign_keys = OFF`.execute(store.db)
  const columns = sql.raw(
    'key, project_id, space_id, product_key, product_id, device_id, node_id, gateway_id, auth_type, secure_access, timeout_seconds, frozen, tags, created_at',
  )
  for (const [key, deviceId, gatewayId] of [
    ['1', 'gateway', null],
    ['3', 'late', 'gateway'],
    ['2', 'early', 'gateway'],
    ['4', 'below', 'early'],
    ['5', 'single', null],
  ])
    await sql`INSERT INTO device (${columns}) VALUES (${key}, 'p', 's', 'pk', 'meter', ${deviceId}, ${deviceId},
      ${gatewayId}, 'SECRET', 1, 0, 0, '[]', 1)`.execute(store.db)

  await migrate(store, clock)

  const gateway = 'gateway' as DeviceId
  expect(await listChildChanges(store, gateway, 0, 10)).toEqual(
    [
      { version: 1, deviceId: 'early', parentId: 'gateway' },
      { version: 2, deviceId: 'late', parentId: 'gateway' },
      { version: 3, deviceId: 'below', parentId: 'early' },
    ].map((change) => ({ ...change, change: 'add', nodeId: change.deviceId })),
  )
  expect(await findChildList(store, gateway)).toEqual({ version: 3, forgotten: 0, told: 0 })
  expect(await findChildList(store, 'single' as DeviceId)).toEqual({ version: 0, forgotten: 0, told: 0 })
  await store.close()
})
