import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { OperatorError } from '../base/operator-error.ts'
import { migrate, NewerDatabaseError } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { ConfigError } from './config.ts'
import { startSentence } from './start-fault.ts'

const thrown = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (fault) {
    return fault
  }
}

test('what an operator can mend is told by its own sentence', () => {
  for (const Kind of [OperatorError, ConfigError, NewerDatabaseError])
    expect(startSentence(new Kind('Mend this.'))).toBe('Mend this.')
})

test('a fault of ours has no sentence, so that its stack is shown', () => {
  expect(startSentence(new TypeError('undefined is no function'))).toBe(undefined)
  expect(startSentence('a text')).toBe(undefined)
})

test('a fault of SQLite names what SQLite says and what to do', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('PRAGMA max_page_count = 2')
  const full = thrown(() => db.exec('CREATE TABLE a (b); CREATE TABLE c (d)'))
  expect(startSentence(full)).toMatch(/^A database .*\(database or disk is full\); .*space.*\.$/)
})

test('a registry that cannot be written is told by what SQLite says, not as a caller is told', async () => {
  const store = openStore({ file: ':memory:', key: new Uint8Array(32) })
  await sql`PRAGMA query_only = ON`.execute(store.db)
  const fault: unknown = await migrate(store, { now: () => 0 }).catch((refusal: unknown) => refusal)
  expect(startSentence(fault)).toMatch(/^A database .*\(attempt to write a readonly database\); .*\.$/)
  await store.close()
})

test('a fault of the file system names the file and what to do', () => {
  const folder = mkdtempSync(join(tmpdir(), 'quayside-'))
  const fault = thrown(() => writeFileSync(join(folder, 'absent', 'file'), ''))
  expect(startSentence(fault)).toMatch(/^A file .*absent\/file'\); .*\.$/)
  rmSync(folder, { recursive: true })
})

test('a port that was taken since it was tried is told as such', async () => {
  const first = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => first.once('listening', resolve))
  const second = createServer().listen((first.address() as AddressInfo).port, '127.0.0.1')
  const fault = await new Promise((resolve) => second.once('error', resolve))
  expect(startSentence(fault)).toMatch(/^A port .*EADDRINUSE.*; .*\.$/)
  first.close()
})
