import { expect, test } from 'vitest'
import { builders } from '../../tests/support/registry.ts'
import { deleteAccessKey, findAccessKey, listAccessKeys, saveAccessKey } from './access-keys.ts'
import { migrate } from './migrate.ts'
import { openStore } from './open-store.ts'
import type { Sealer } from './sealer.ts'
import { insertProject } from './projects.ts'

async function aStore() {
  const build = builders()
  const store = openStore({ file: ':memory:', key: new Uint8Array(32).fill(1) })
  await migrate(store, build.clock)
  const project = build.aProject()
  await insertProject(store, project)
  return { store, build, projectId: project.projectId }
}

test('an access key is found with its secret, which is sealed in the registry (threat 11)', async () => {
  const { store, projectId } = await aStore()
  const key = {
    accessKey: 'AK1',
    secret: 'the secret',
    projectId,
    description: 'for Terraform',
    createdAt: 5,
  }

  await saveAccessKey(store, key)

  expect(await findAccessKey(store, 'AK1')).toEqual(key)
  expect(await findAccessKey(store, 'AK2')).toBeUndefined()
  const rows = await store.db.selectFrom('access_key').selectAll().execute()
  expect(JSON.stringify(rows)).not.toContain('the secret')
})

test('threat 10: a secret is opened for an unknown key, too, so that the time of the answer does not tell', async () => {
  const { store, projectId } = await aStore()
  await saveAccessKey(store, { accessKey: 'AK1', secret: 'a'.repeat(40), projectId, createdAt: 5 })
  const opened: number[] = []
  const sealer: Sealer = {
    seal: (place, clear) => store.sealer.seal(place, clear),
    open(place, sealed) {
      opened.push(sealed.length)
      return store.sealer.open(place, sealed)
    },
  }
  for (const accessKey of ['AK1', 'AK2', 'AK3', '']) await findAccessKey({ ...store, sealer }, accessKey)
  const [known] = opened
  expect(opened).toEqual([known, known, known, known])
})

test('a secret moved to another key does not open', async () => {
  const { store, projectId } = await aStore()
  for (const accessKey of ['AK1', 'AK2'])
    await saveAccessKey(store, { accessKey, secret: accessKey, projectId, createdAt: 5 })
  const { secret } = await store.db
    .selectFrom('access_key')
    .select('secret')
    .where('access_key', '=', 'AK1')
    .executeTakeFirstOrThrow()

  await store.db.updateTable('access_key').set({ secret }).where('access_key', '=', 'AK2').execute()

  await expect(findAccessKey(store, 'AK2')).rejects.toThrow('does not open')
})

test('keys are listed without secrets, oldest first, replaced by saving, and gone once deleted', async () => {
  const { store, projectId } = await aStore()
  await saveAccessKey(store, { accessKey: 'AK2', secret: 's', projectId, createdAt: 6 })
  await saveAccessKey(store, { accessKey: 'AK1', secret: 's', projectId, createdAt: 5 })
  await saveAccessKey(store, { accessKey: 'AK2', secret: 'new', projectId, createdAt: 6 })

  expect(await listAccessKeys(store)).toEqual([
    { accessKey: 'AK1', projectId, createdAt: 5 },
    { accessKey: 'AK2', projectId, createdAt: 6 },
  ])
  expect((await findAccessKey(store, 'AK2'))?.secret).toBe('new')
  expect(await deleteAccessKey(store, 'AK2')).toBe(true)
  expect(await deleteAccessKey(store, 'AK2')).toBe(false)
  expect(await findAccessKey(store, 'AK2')).toBeUndefined()
})
