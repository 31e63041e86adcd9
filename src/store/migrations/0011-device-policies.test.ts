import { sql } from 'kysely'
import { expect, onTestFinished, test } from 'vitest'
import { allowEverything, SYSTEM_DEFAULT_POLICY } from '../../domain/policy/device-policy.ts'
import { migrate } from '../migrate.ts'
import { openStore } from '../open-store.ts'
import { devicePolicies } from './0011-device-policies.ts'
import { migrations } from './all.ts'

test('device protocol §3.11: a space that was there before has the default policy, bound to it', async () => {
  const store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  onTestFinished(() => store.close())
  const clock = { now: () => 1 }
  const before = migrations.slice(0, migrations.indexOf(devicePolicies))
  await migrate(store, clock, before)
  await sql`insert into project (project_id, name, domain_id, created_at) values ('p', 'p', 'd', 1)`.execute(
    store.db,
  )
  await sql`insert into space (key, project_id, space_id, name, is_default, created_at)
    values ('k1', 'p', 's1', 'one', 1, 5), ('k2', 'p', 's2', 'two', 0, 6)`.execute(store.db)

  await migrate(store, clock)

  const policies = await store.db.selectFrom('device_policy').selectAll().orderBy('key').execute()
  expect(policies.map((row) => ({ ...row, statements: JSON.parse(row.statements) as unknown }))).toEqual(
    [
      ['k1', 's1', 5],
      ['k2', 's2', 6],
    ].map(([key, space_id, at]) => ({
      ...{ key, project_id: 'p', space_id, name: SYSTEM_DEFAULT_POLICY },
      ...{ statements: allowEverything, created_at: at, updated_at: at },
    })),
  )
  const bindings = await store.db
    .selectFrom('device_policy_binding')
    .select(['policy_key', 'target_type', 'target_key'])
    .orderBy('key')
    .execute()
  expect(bindings).toEqual([
    { policy_key: 'k1', target_type: 'app', target_key: 's1' },
    { policy_key: 'k2', target_type: 'app', target_key: 's2' },
  ])
})
