import { fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { expect, onTestFinished, test } from 'vitest'
import type { Position } from '../../src/base/ids.ts'
import { limits } from '../../src/base/limits.ts'
import { openSqliteLog } from '../../src/log/sqlite-log.ts'
import { Sqlite } from '../../src/sql/sqlite.ts'
import { aFaultyDisk, anEntry, aStatusEntry, DEVICE } from '../support/builders.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { describeLog } from './log.ts'

describeLog('the SQLite log', () => {
  const file = join(temporaryFolder(), 'log.db')
  const { faults, failAt, heal } = aFaultyDisk()
  return { open: () => Promise.resolve(openSqliteLog({ file, faults })), failAt, heal }
})

// Slices of two positions: every filter has to look beyond the first slice.
describeLog('the SQLite log in small slices', () => {
  const file = join(temporaryFolder(), 'log.db')
  const { faults, failAt, heal } = aFaultyDisk()
  const small = { ...limits, scanRowsMax: 2, logBatchEntriesMax: 3 }
  return { open: () => Promise.resolve(openSqliteLog({ file, limits: small, faults })), failAt, heal }
})

test("R12: a page is given back short where few of a device's many entries are wanted", async () => {
  const log = openSqliteLog({
    file: join(temporaryFolder(), 'log.db'),
    limits: { ...limits, scanRowsMax: 2, deviceEntriesScannedMax: 4 },
  })
  onTestFinished(() => log.close())
  const [first = 0 as Position] = await log.append([
    aStatusEntry(),
    ...Array.from({ length: 9 }, () => anEntry()),
  ])
  const query = { deviceId: DEVICE, from: first, kinds: ['status'], limit: 5 } as const

  const one = await log.readBack(query)
  expect(one).toEqual({ entries: [], before: 7 })
  const two = await log.readBack({ ...query, before: 7 })
  expect(two).toEqual({ entries: [], before: 3 })
  expect(await log.readBack({ ...query, before: 3 })).toMatchObject({ entries: [{ position: first }] })
})

test('R1: what is appended in one turn shares one commit', async () => {
  let commits = 0
  const log = openSqliteLog({
    file: join(temporaryFolder(), 'log.db'),
    faults: (point) => void (commits += point === 'commit' ? 1 : 0),
  })
  onTestFinished(() => log.close())
  const before = commits

  await Promise.all(Array.from({ length: 50 }, () => log.append([anEntry()])))

  expect(commits - before).toBe(1)
})

test('R1: the connection flushes every commit', () => {
  const db = new Sqlite({ file: join(temporaryFolder(), 'log.db'), durability: 'full' })
  onTestFinished(() => db.close())

  expect(db.get('PRAGMA synchronous')).toMatchObject({ synchronous: 2 })
  expect(db.get('PRAGMA journal_mode')).toMatchObject({ journal_mode: 'wal' })
})

test('a second fault, while the first is taken back, does not end the log', async () => {
  const file = join(temporaryFolder(), 'log.db')
  const { faults, failAt, heal } = aFaultyDisk()
  const log = openSqliteLog({ file, faults })
  onTestFinished(() => log.close())
  const rollback = DatabaseSync.prototype.exec
  onTestFinished(() => void (DatabaseSync.prototype.exec = rollback))
  DatabaseSync.prototype.exec = function exec(sql) {
    if (sql === 'ROLLBACK') throw new Error('planted fault at rollback')
    return rollback.call(this, sql)
  }

  failAt('commit')
  await expect(log.append([anEntry()])).rejects.toThrow('planted fault at commit')
  heal()

  await expect(log.append([anEntry()])).resolves.toHaveLength(1)
  expect(await log.read({ limit: 10 })).toHaveLength(1)
})

test('a log that a newer version wrote is refused in one sentence', () => {
  const file = join(temporaryFolder(), 'log.db')
  const db = new Sqlite({ file, durability: 'full' })
  db.exec('PRAGMA user_version = 99')
  db.close()

  expect(() => openSqliteLog({ file })).toThrow(/format 99, this version of Quayside reads format 1/)
})

test('a log that cannot be made says so, and is made whole once it can', async () => {
  const file = join(temporaryFolder(), 'log.db')
  const { faults, failAt, heal } = aFaultyDisk()
  failAt('commit')
  expect(() => openSqliteLog({ file, faults })).toThrow('planted fault')
  heal()

  const log = openSqliteLog({ file, faults })
  onTestFinished(() => log.close())

  expect(await log.append([anEntry()])).toEqual([1])
})

test('R1 R5 Q3: kill -9 in the middle of a load loses nothing acknowledged and needs no hands', async () => {
  const file = join(temporaryFolder(), 'log.db')
  const writer = fork(new URL('../support/log-writer.ts', import.meta.url), [file], { execArgv: [] })
  let acknowledged = 0
  writer.on('message', (position) => {
    acknowledged = Number(position)
    if (acknowledged > 500) writer.kill('SIGKILL')
  })
  await once(writer, 'exit')

  const log = openSqliteLog({ file })
  onTestFinished(() => log.close())

  expect(acknowledged).toBeGreaterThan(500)
  expect(await log.head()).toBeGreaterThanOrEqual(acknowledged)
  const entries = await log.read({ limit: 10_000, deviceIds: [DEVICE] })
  expect(entries.map(({ position }) => Number(position))).toEqual(entries.map((_, index) => index + 1))
  await log.append([anEntry()])
})
