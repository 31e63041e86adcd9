import { expect, test } from 'vitest'
import { builders } from '../../tests/support/registry.ts'
import { migrate } from './migrate.ts'
import { openStore } from './open-store.ts'
import { insertProject } from './projects.ts'
import { findToken, saveToken } from './tokens.ts'
import { inTransaction } from './transaction.ts'
import { findUser, listUserNames, savePassword, saveUser } from './users.ts'

async function aStore() {
  const build = builders()
  const store = openStore({ file: ':memory:', key: new Uint8Array(32).fill(1) })
  await migrate(store, build.clock)
  const [first, second] = [build.aProject({ createdAt: 1 }), build.aProject({ createdAt: 2 })]
  for (const project of [first, second]) await insertProject(store, project)
  return { store, first: first.projectId, second: second.projectId }
}

test('a user is found with the projects that were saved last, oldest first', async () => {
  const { store, first, second } = await aStore()
  const user = { name: 'admin', passwordHash: 'h', projectIds: [second, first], createdAt: 5 }

  await saveUser(store, user)
  expect(await findUser(store, 'admin')).toEqual({ ...user, projectIds: [first, second] })
  await saveUser(store, { ...user, projectIds: [second] })

  expect((await findUser(store, 'admin'))?.projectIds).toEqual([second])
  expect(await listUserNames(store, first, 10)).toEqual([])
  expect(await listUserNames(store, second, 10)).toEqual(['admin'])
  expect(await findUser(store, 'Admin')).toBeUndefined()
})

test('a user saved inside a transaction goes with it', async () => {
  const { store, first } = await aStore()
  const user = { name: 'admin', passwordHash: 'h', projectIds: [first], createdAt: 5 }

  const failed = inTransaction(store, async (transaction) => {
    await saveUser(transaction, user)
    throw new Error('planted')
  })

  await expect(failed).rejects.toThrow('planted')
  expect(await findUser(store, 'admin')).toBeUndefined()
})

test('a new password ends the tokens of the old one; an unknown user has none to set', async () => {
  const { store, first } = await aStore()
  await saveUser(store, { name: 'admin', passwordHash: 'old', projectIds: [first], createdAt: 5 })
  await saveToken(store, { sha256: 'aa', userName: 'admin', projectId: first, issuedAt: 10, expiresAt: 20 })

  expect(await savePassword(store, 'admin', 'new')).toBe(true)
  expect(await savePassword(store, 'nobody', 'new')).toBe(false)

  expect((await findUser(store, 'admin'))?.passwordHash).toBe('new')
  expect(await findToken(store, 'aa', 11)).toBeUndefined()
})

test('a token is good until it expires; expired ones are let go of when the next is made', async () => {
  const { store, first } = await aStore()
  await saveUser(store, { name: 'admin', passwordHash: 'h', projectIds: [first], createdAt: 5 })
  const token = { sha256: 'aa', userName: 'admin', projectId: first, issuedAt: 10, expiresAt: 20 }
  await saveToken(store, token)

  expect(await findToken(store, 'aa', 19)).toEqual(token)
  expect(await findToken(store, 'aa', 20)).toBeUndefined()
  await saveToken(store, { ...token, sha256: 'bb', issuedAt: 20, expiresAt: 30 })

  expect(await store.db.selectFrom('token').select('sha256').execute()).toEqual([{ sha256: 'bb' }])
})
