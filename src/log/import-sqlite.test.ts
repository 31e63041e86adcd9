import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { anEntry, aStatusEntry, NOON, PROJECT } from '../../tests/support/builders.ts'
import { openLog, watchedFiles } from '../../tests/support/segment-log.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import type { Entry, NewEntry } from '../domain/entry/entry.ts'
import { Sqlite } from '../sql/sqlite.ts'
import type { Files } from './files.ts'

/** As versions before segments made it. */
const SCHEMA = `
  CREATE TABLE entry (
    position INTEGER PRIMARY KEY, at INTEGER NOT NULL, project_id TEXT NOT NULL, kind TEXT NOT NULL, device_id TEXT,
    report_hash BLOB, body TEXT NOT NULL
  ) STRICT;
  PRAGMA user_version = 1;
`

/** An old log of so many entries in a data folder, and the entries as the new one must give them. */
function anOldLog(count: number): { folder: string; file: string; expected: Entry[] } {
  const folder = join(temporaryFolder(), 'log')
  const file = join(dirname(folder), 'log.db')
  const db = new Sqlite({ file, durability: 'full' })
  db.exec(SCHEMA)
  const entries = Array.from({ length: count }, (_, n): NewEntry => {
    if (n % 3 === 0) return anEntry({ at: NOON + n, body: { payload: `{"n":${n},"ü":"😀"}` } })
    if (n % 3 === 1) return aStatusEntry({ connection: `c-${n}` })
    return {
      kind: 'audit',
      at: NOON + n,
      projectId: PROJECT,
      body: { action: `a${n}`, actor: 'b', address: 'c', outcome: 'done' },
    }
  })
  db.transaction(() => {
    for (const [n, { at, projectId, kind, deviceId, body }] of entries.entries())
      db.run('INSERT INTO entry VALUES (?, ?, ?, ?, ?, NULL, ?)', [
        n + 1,
        at,
        projectId,
        kind,
        deviceId ?? null,
        JSON.stringify(body),
      ])
  })
  db.close()
  const expected = entries.map((entry, index) => ({ position: index + 1, ...entry }) as Entry)
  return { folder, file, expected }
}

const small = { logSegmentBytesMax: 20_000, logAheadBytes: 0 }

test('an old log is taken over whole, once, and goes on where it ended', async () => {
  const { folder, file, expected } = anOldLog(200)

  const log = openLog(folder, { importFrom: file, limits: small })
  expect(await log.read({ limit: 1000 })).toEqual(expected)
  expect(await log.append([anEntry()])).toEqual([201])
  await log.close()

  expect([existsSync(file), existsSync(`${file}.imported`)]).toEqual([false, true])
  expect(readdirSync(dirname(folder)).toSorted()).toEqual(['log', 'log.db.imported'])
  const again = openLog(folder, { importFrom: file, limits: small })
  onTestFinished(() => again.close())
  expect(await again.head()).toBe(201)
  expect(log.stats().segments).toBeGreaterThan(1)
})

test('R5 Q2: an import that ended anywhere, by an error or with the process, is done whole by the next start', async () => {
  const sound = anOldLog(60)
  let steps = 0
  const count = watchedFiles(() => void steps++)
  const kept = join(temporaryFolder(), 'old.db')
  copyFileSync(sound.file, kept)
  await openLog(sound.folder, { importFrom: sound.file, limits: small, files: count }).close()
  expect(steps).toBeGreaterThan(20)

  for (let end = 0; end < steps; end++) {
    const base = temporaryFolder()
    const [folder, file] = [join(base, 'log'), join(base, 'log.db')]
    copyFileSync(kept, file)
    const killed = temporaryFolder()
    let step = 0
    const files = watchedFiles(() => {
      if (step++ !== end) return
      cpSync(base, killed, { recursive: true })
      throw new Error('planted fault')
    })
    const outcome = await open({ folder, importFrom: file, files })
    expect(outcome).toMatch(/^done$|planted fault/)
    for (const place of [base, killed]) {
      const log = openLog(join(place, 'log'), { importFrom: join(place, 'log.db'), limits: small })
      expect([end, place === base, await log.read({ limit: 1000 })]).toEqual([
        end,
        place === base,
        sound.expected,
      ])
      await log.close()
      expect(readdirSync(place).toSorted()).toEqual(['log', 'log.db.imported'])
    }
  }
})

test('an old log that is empty, or was never finished, becomes an empty log', async () => {
  for (const schema of ['', SCHEMA]) {
    const folder = join(temporaryFolder(), 'log')
    const file = join(dirname(folder), 'log.db')
    const db = new Sqlite({ file, durability: 'full' })
    db.exec(schema)
    db.close()

    const log = openLog(folder, { importFrom: file })
    expect(await log.append([anEntry()])).toEqual([1])
    await log.close()
    expect(existsSync(`${file}.imported`)).toBe(true)
  }
})

test('an old log is left alone where the new one has begun, and when it cannot be read', async () => {
  const { folder, file } = anOldLog(3)
  const begun = openLog(folder)
  await begun.append([anEntry()])
  await begun.close()
  const log = openLog(folder, { importFrom: file })
  expect(await log.head()).toBe(1)
  await log.close()
  expect(existsSync(file)).toBe(true)

  const broken = anOldLog(3)
  const db = new Sqlite({ file: broken.file, durability: 'full' })
  db.exec('DELETE FROM entry WHERE position = 2')
  db.close()
  expect(() => openLog(broken.folder, { importFrom: broken.file })).toThrow(
    /log\.db cannot be copied: entries are missing before 3\. Restore it/,
  )
  const newer = anOldLog(3)
  const other = new Sqlite({ file: newer.file, durability: 'full' })
  other.exec('PRAGMA user_version = 99')
  other.close()
  expect(() => openLog(newer.folder, { importFrom: newer.file })).toThrow(/log\.db has format 99/)
  expect(readdirSync(newer.folder)).toEqual([])
  const noise = join(temporaryFolder(), 'log.db')
  mkdirSync(join(dirname(noise), 'log'))
  writeFileSync(noise, 'this is no database, '.repeat(100))
  expect(() => openLog(join(dirname(noise), 'log'), { importFrom: noise })).toThrow(
    /log\.db cannot be opened/,
  )
})

/** Opens the log and closes it; what came of it, in words. */
async function open({
  folder,
  ...rest
}: {
  folder: string
  importFrom: string
  files: Files
}): Promise<string> {
  try {
    await openLog(folder, { limits: small, ...rest }).close()
    return 'done'
  } catch (fault) {
    return (fault as Error).message
  }
}
