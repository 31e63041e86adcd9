import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { migrate, NewerDatabaseError } from './migrate.ts'
import { migrations } from './migrations/all.ts'
import type { Migration } from './migrations/migration.ts'
import { openStore, type OpenedStore } from './open-store.ts'

const clock = { now: () => 1_000 }
const key = new Uint8Array(32).fill(3)
let folder: string
let store: OpenedStore

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'quayside-store-'))
  store = openStore({ file: join(folder, 'registry.db'), key })
})
afterEach(async () => {
  await store.close()
  rmSync(folder, { recursive: true })
})

const tableNames = async (): Promise<string[]> =>
  (await store.db.introspection.getTables()).map(({ name }) => name)

test('numbers run from 1 without a gap, so that no released step is skipped', () => {
  expect(migrations.map(({ number }) => number)).toEqual(migrations.map((_, index) => index + 1))
})

test('a fresh database gets every migration, once', async () => {
  expect(await migrate(store, clock)).toEqual(migrations.map(({ number }) => number))
  expect(await migrate(store, clock)).toEqual([])
  expect(await store.db.selectFrom('migration').select(['number', 'applied_at']).execute()).toEqual(
    migrations.map(({ number }) => ({ number, applied_at: 1_000 })),
  )
})

test('a later version runs only what is missing', async () => {
  await migrate(store, clock)
  const added: Migration = {
    number: migrations.length + 1,
    name: 'added',
    up: (db) => db.schema.createTable('added').addColumn('key', 'text').execute(),
  }

  expect(await migrate(store, clock, [...migrations, added])).toEqual([added.number])
})

test('a migration that fails leaves the schema as it was', async () => {
  await migrate(store, clock)
  const before = await tableNames()
  const failing: Migration = {
    number: migrations.length + 1,
    name: 'failing',
    async up(db) {
      await db.schema.createTable('half').addColumn('key', 'text').execute()
      throw new Error('power cut')
    },
  }

  await expect(migrate(store, clock, [...migrations, failing])).rejects.toThrow('power cut')
  expect(await tableNames()).toEqual(before)
})

test('a database that is newer than the code is refused and left alone', async () => {
  await migrate(store, clock)
  await store.db.insertInto('migration').values({ number: 99, name: 'future', applied_at: 1 }).execute()

  await expect(migrate(store, clock)).rejects.toThrow(NewerDatabaseError)
  await expect(migrate(store, clock)).rejects.toThrow('The database has schema 99')
})

test('a read-only store sees what another connection commits, and cannot write', async () => {
  await migrate(store, clock)
  const reader = openStore({ file: join(folder, 'registry.db'), key, readOnly: true })
  const project = { project_id: 'p' as never, name: 'p', domain_id: 'd', created_at: 1 }
  await store.db.insertInto('project').values(project).execute()

  expect(await reader.db.selectFrom('project').selectAll().execute()).toEqual([project])
  await expect(reader.db.deleteFrom('project').execute()).rejects.toMatchObject({
    refusal: 'store-unavailable',
    cause: { message: expect.stringContaining('readonly') },
  })
  await reader.close()
})

test('R5: a commit that fails is an error, and nothing of it is there', async () => {
  await migrate(store, clock)
  let isFull = true
  const faulty = openStore({
    file: join(folder, 'registry.db'),
    key,
    faults(point) {
      if (isFull && point === 'commit') throw new Error('disk is full')
    },
  })
  const write = faulty.db.transaction().execute((tx) =>
    tx
      .insertInto('project')
      .values({ project_id: 'p' as never, name: 'p', domain_id: 'd', created_at: 1 })
      .execute(),
  )

  await expect(write).rejects.toThrow('disk is full')
  isFull = false
  expect(await faulty.db.selectFrom('project').selectAll().execute()).toEqual([])
  await faulty.close()
})

test('a search over devices reads one index and no whole row', async () => {
  await migrate(store, clock)

  const { rows } = await sql<{ detail: string }>`
    explain query plan select key from device
    where project_id = 'p' and (device_id like '%a%' or node_id like '%a%' or lower(name) like '%a%') and frozen = 0
    order by lower(name)`.execute(store.db)

  expect(rows.map(({ detail }) => detail).join()).toContain('USING COVERING INDEX device_for_search')
})
