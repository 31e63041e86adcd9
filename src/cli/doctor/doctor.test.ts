import { crc32 } from 'node:zlib'
import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { openWorkbench, signLeaf, makeCa } from '../../../tests/support/openssl.ts'
import { makeSmallDisk } from '../../../tests/support/small-disk.ts'
import { temporaryFolder } from '../../../tests/support/temporary-folder.ts'
import type { DeviceId, Position } from '../../base/ids.ts'
import { systemClock } from '../../base/instant.ts'
import { segmentHeader } from '../../log/block.ts'
import { segmentPath } from '../../log/segment.ts'
import { openLog } from '../../../tests/support/segment-log.ts'
import { lockFile } from '../../sql/lock-file.ts'
import { Sqlite } from '../../sql/sqlite.ts'
import { migrate } from '../../store/migrate.ts'
import { openHistoryStore } from '../../store/history/history-store.ts'
import { openStore } from '../../store/open-store.ts'
import { examine } from './all.ts'
import { checkPlatformCa, checkServerCertificates } from './certificates.ts'
import type { Check, Finding, Scene } from './check.ts'
import { checkDatabases, checkSealingKey } from './databases.ts'
import { checkDiskFlush } from './disk-flush.ts'
import { checkFolder, checkSpace } from './folder.ts'
import { checkClock, checkMemory, checkOpenFiles } from './machine.ts'
import { checkHistory } from './history.ts'
import { checkPorts } from './ports.ts'
import { openScene } from './scene.ts'
import { checkPlatform, checkSettings } from './settings.ts'

const freePorts = [
  '--http-port',
  '0',
  '--https-port',
  '0',
  '--mqtt-port',
  '0',
  '--mqtts-port',
  '0',
  '--bind',
  '127.0.0.1',
  '--public-host',
  'localhost',
]

/** A scene on `folder`, as the verb would make it, with settings of its own. */
async function aScene(folder: string, ...settings: readonly string[]): Promise<Scene> {
  const { scene, leave } = await openScene(['--data-dir', folder, ...freePorts, ...settings], {
    env: {},
    cwd: folder,
    connections: 1000,
  })
  onTestFinished(leave)
  return scene
}

/** A data folder as a platform leaves it behind: registry, log, key, lock. */
async function aDataFolder(): Promise<string> {
  const folder = temporaryFolder()
  chmodSync(folder, 0o700)
  lockFile(join(folder, 'lock.db'))?.()
  writeFileSync(join(folder, 'secrets.key'), `${'ab'.repeat(32)}\n`, { mode: 0o600 })
  const store = openStore({ file: join(folder, 'registry.db'), key: new Uint8Array(32) })
  await migrate(store, systemClock)
  await store.close()
  await openLog(join(folder, 'log')).close()
  return folder
}

const worst = (findings: readonly Finding[]): Finding =>
  findings.find(({ level }) => level === 'problem') ??
  findings.find(({ level }) => level === 'warning') ??
  findings[0]!

const look = async (check: Check, scene: Scene): Promise<Finding> => worst(await check(scene))

test('a sound folder has no problem, and looking at it changes nothing', async () => {
  const folder = await aDataFolder()
  const before = snapshot(folder)

  const { scene, leave } = await openScene(['--data-dir', folder, ...freePorts], {
    env: {},
    cwd: folder,
    connections: 10,
  })
  const findings = await examine(scene)
  leave()

  expect(findings.filter(({ level }) => level === 'problem')).toEqual([])
  expect(snapshot(folder)).toEqual(before)
})

function snapshot(folder: string): readonly (readonly [string, number, number])[] {
  return readdirSync(folder).map((name) => {
    const { size, mode } = statSync(join(folder, name))
    return [name, size, mode]
  })
}

test('a folder that does not exist is no problem: the first start makes it', async () => {
  const folder = join(temporaryFolder(), 'not', 'yet')
  const scene = await aScene(folder)

  expect(await look(checkFolder, scene)).toMatchObject({ level: 'ok' })
  expect(await look(checkPlatform, scene)).toMatchObject({ sentence: 'has never run on this data folder.' })
  expect(existsSync(folder)).toBe(false)
})

test('a folder that others may look into is a problem', async () => {
  const folder = temporaryFolder()
  chmodSync(folder, 0o755)

  expect(await look(checkFolder, await aScene(folder))).toEqual({
    about: 'Data folder',
    level: 'problem',
    sentence: `${folder} can be looked into by others (mode 755); keys and databases are in it.`,
    remedy: `Run: chmod 700 ${folder}`,
  })
})

test('S10: a sealing key that others may read, that is cut short or gone is a problem', async () => {
  const folder = await aDataFolder()
  const scene = await aScene(folder)
  const key = join(folder, 'secrets.key')

  expect(await look(checkSealingKey, scene)).toMatchObject({ level: 'ok' })
  chmodSync(key, 0o644)
  expect(await look(checkSealingKey, scene)).toMatchObject({
    level: 'problem',
    remedy: `Run: chmod 600 ${key}`,
  })
  chmodSync(key, 0o600)
  writeFileSync(key, 'abc')
  expect((await look(checkSealingKey, scene)).sentence).toContain('does not hold 64 hex digits')
})

test('a port that a real socket holds is named with its holder', async () => {
  const server = createServer()
  const port = await new Promise<number>((resolve) =>
    server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port)),
  )
  onTestFinished(() => void server.close())
  const scene = await aScene(temporaryFolder(), '--mqtts-port', String(port))

  const finding = worst(await checkPorts(scene))

  expect(finding).toMatchObject({ about: 'Port MQTTS', level: 'problem' })
  expect(finding.sentence).toContain(`(process ${process.pid})`)
  expect(finding.remedy).toContain('QUAYSIDE_MQTTS_PORT')
})

test('a registry that was damaged on disk is found, page by page', async () => {
  const folder = await aDataFolder()
  const registry = join(folder, 'registry.db')
  const bytes = statSync(registry).size
  const file = openSync(registry, 'r+')
  // The inner pages, not the first: it still opens as a database.
  writeSync(file, Buffer.alloc(bytes - 8192, 0x5a), 0, bytes - 8192, 8192)
  closeSync(file)

  const finding = await look(checkDatabases, await aScene(folder))

  expect(finding).toMatchObject({ about: 'Registry', level: 'problem' })
  expect(finding.remedy).toContain('backup')
})

test('a file that is no database is a problem, for the projections a warning: they are made anew', async () => {
  const folder = await aDataFolder()
  writeFileSync(segmentPath(join(folder, 'log'), 1), 'not a segment at all')
  writeFileSync(join(folder, 'projections.db'), 'nor is this')

  const findings = await checkDatabases(await aScene(folder))

  expect(findings.map(({ about, level }) => [about, level])).toEqual([
    ['Registry', 'ok'],
    ['Log', 'problem'],
    ['Projections', 'warning'],
  ])
})

test('databases of a newer version of the product are named as such', async () => {
  const folder = await aDataFolder()
  const registry = new Sqlite({ file: join(folder, 'registry.db'), durability: 'full' })
  registry.run("INSERT INTO migration VALUES (999, 'from-the-future', 0)")
  registry.close()
  const header = segmentHeader(1)
  header.writeUInt32LE(999, 4)
  header.writeUInt32LE(crc32(header.subarray(0, 16)), 16)
  writeFileSync(segmentPath(join(folder, 'log'), 1), header)

  for (const finding of await checkDatabases(await aScene(folder))) {
    expect(finding.level).toBe('problem')
    expect(finding.sentence).toContain('was written by a newer version of Quayside (schema 999')
  }
})

test('what a crash left in the write-ahead log is looked at, and stays', async () => {
  const folder = await aDataFolder()
  const crashed = temporaryFolder()
  chmodSync(crashed, 0o700)
  const registry = new Sqlite({ file: join(folder, 'registry.db'), durability: 'full' })
  registry.run("INSERT INTO migration VALUES (999, 'unmerged', 0)")
  // As after kill -9: the files are copied while they are open.
  for (const name of ['registry.db', 'registry.db-wal']) copyFileSync(join(folder, name), join(crashed, name))
  registry.close()
  const before = snapshot(crashed)

  const finding = await look(checkDatabases, await aScene(crashed))

  expect(finding.sentence).toContain('schema 999')
  expect(snapshot(crashed)).toEqual(before)
})

test('a folder that a process holds is told, and its databases are left alone', async () => {
  const folder = await aDataFolder()
  const unlock = lockFile(join(folder, 'lock.db'))
  onTestFinished(() => unlock?.())
  const scene = await aScene(folder)

  expect(await look(checkPlatform, scene)).toMatchObject({ level: 'warning' })
  expect(await look(checkDatabases, scene)).toMatchObject({ about: 'Databases', level: 'ok' })
})

test('a certificate of the operator: expired, of another name, of another key, readable by others', async () => {
  const bench = openWorkbench()
  onTestFinished(() => bench.dispose())
  const ca = makeCa(bench, { name: 'ca', key: 'p256' })
  const issue = (name: string, host: string, from: string, to: string) =>
    signLeaf(bench, ca, {
      name,
      key: 'p256',
      subject: `/CN=${host}`,
      validity: { from, to },
      extensions: [`subjectAltName=DNS:${host}`],
    })
  const old = issue('old', 'localhost', '20200101000000Z', '20210101000000Z')
  const foreign = issue('foreign', 'elsewhere.example', '20200101000000Z', '20490101000000Z')
  const good = issue('good', 'localhost', '20200101000000Z', '20490101000000Z')
  const judge = async (certPath: string, keyPath: string): Promise<Finding> => {
    chmodSync(keyPath, 0o600)
    return look(
      checkServerCertificates,
      await aScene(temporaryFolder(), '--tls-cert', certPath, '--tls-key', keyPath),
    )
  }

  expect(await judge(good.certPath, good.keyPath)).toMatchObject({ level: 'ok' })
  expect(await judge(old.certPath, old.keyPath)).toMatchObject({
    level: 'problem',
    sentence: 'expired on 2021-01-01.',
  })
  expect((await judge(foreign.certPath, foreign.keyPath)).sentence).toContain(
    'not for localhost (QUAYSIDE_PUBLIC_HOST) but for elsewhere.example',
  )
  expect((await judge(good.certPath, old.keyPath)).sentence).toContain('do not belong together')
  expect((await judge(bench.path('absent.pem'), good.keyPath)).level).toBe('problem')
  const open = await aScene(temporaryFolder(), '--tls-cert', good.certPath, '--tls-key', good.keyPath)
  chmodSync(good.keyPath, 0o640)
  expect((await look(checkServerCertificates, open)).sentence).toContain('(mode 640)')
})

test('a platform CA without its key is a problem', async () => {
  const folder = await aDataFolder()
  mkdirSync(join(folder, 'tls'))
  writeFileSync(join(folder, 'tls', 'platform-ca.pem'), '')

  expect(await look(checkPlatformCa, await aScene(folder))).toMatchObject({ level: 'problem' })
})

test('a full disk: too little space, and nothing can be flushed', async () => {
  const disk = makeSmallDisk()
  onTestFinished(() => disk.dispose())
  const scene = await aScene(disk.folder)
  const isMounted = statSync(disk.folder).dev !== statSync(join(disk.folder, '..')).dev

  disk.fill(process.pid)
  const [space, flush] = [await look(checkSpace, scene), await look(checkDiskFlush, scene)]
  disk.free(process.pid)

  // Without the right to mount, only files beyond a page fail, and the space is that of the whole disk.
  expect(flush.level).toBe('problem')
  expect(!isMounted || space.level === 'problem').toBe(true)
  expect(await look(checkDiskFlush, scene)).toMatchObject({ about: 'Disk flush' })
  expect(readdirSync(disk.folder)).toEqual([])
})

test('settings: what cannot be read is a problem with its sentence, what makes no sense a warning', async () => {
  const folder = temporaryFolder()

  expect(await look(checkSettings, await aScene(folder, '--http-port', 'eighty'))).toMatchObject({
    level: 'problem',
    sentence: '--http-port must be a whole number from 0 to 65535, not "eighty".',
  })
  expect(
    (await look(checkSettings, await aScene(folder, '--mqtt-port', '2883', '--mqtts-port', '2883'))).level,
  ).toBe('problem')
  expect((await look(checkSettings, await aScene(folder, '--bind', '203.0.113.9'))).sentence).toContain(
    'no address of this machine',
  )
  expect((await look(checkSettings, await aScene(folder, '--bind', '0.0.0.0'))).sentence).toContain(
    'told to connect to themselves',
  )
  expect(
    (
      await look(
        checkSettings,
        await aScene(folder, '--public-host', 'no-such-host.invalid', '--bind', '0.0.0.0'),
      )
    ).sentence,
  ).toContain('cannot resolve')
  expect((await look(checkSettings, await aScene(folder, '--listeners', '64'))).level).toBe('warning')
  expect(await look(checkSettings, await aScene(folder))).toMatchObject({ level: 'ok' })
})

test('history: months that can be opened, a damaged one, and one that was set aside', async () => {
  const folder = await aDataFolder()
  const history = join(folder, 'history')
  const store = openHistoryStore({ folder: history })
  for (const time of [Date.UTC(2026, 8, 1), Date.UTC(2026, 9, 1)])
    store.add('device' as DeviceId, 'Meter', {
      ...{ time, receivedAt: time, timeSource: 'device', repeats: false, seq: time },
      values: [['a', 1]],
    })
  await store.foldAll(0 as Position)
  store.close()

  const scene = await aScene(folder)
  expect(await look(checkHistory, scene)).toMatchObject({
    level: 'ok',
    sentence: '2 files, each can be opened.',
  })
  const file = join(history, 'history-2026-09.db')
  writeFileSync(file, readFileSync(file).fill(0xa5, 100))
  expect(await look(checkHistory, scene)).toMatchObject({
    level: 'warning',
    sentence: `${file} cannot be read: database disk image is malformed.`,
    remedy: expect.stringContaining('Put history-2026-09.db of a backup in its place'),
  })
  renameSync(file, `${file}.damaged-1`)
  expect(await checkHistory(scene)).toEqual([
    {
      about: 'History',
      level: 'warning',
      sentence:
        'History of 2026-09 was damaged and set aside as history/history-2026-09.db.damaged-1; of it there is what the log still held.',
      remedy: expect.stringContaining(`Delete ${file}.damaged-1 when you need it no longer`),
    },
  ])
})

test('settings are judged for the connections that are meant, too', async () => {
  const judge = async (connections: number, ...settings: string[]) =>
    look(checkSettings, { ...(await aScene(temporaryFolder(), ...settings)), connections })

  expect((await judge(10_000)).level).toBe('ok')
  expect(await judge(10_001)).toMatchObject({
    level: 'warning',
    sentence:
      'QUAYSIDE_CONNECTIONS_PER_ADDRESS_MAX is 10000: 10001 devices cannot all come from one address.',
  })
  expect(await judge(501, '--connections-max', '500')).toMatchObject({
    level: 'problem',
    remedy: 'Set it to 501 or more.',
  })
})

test('a machine is judged for the connections that are meant', async () => {
  const scene = { ...(await aScene(temporaryFolder())), connections: 100_000_000 }

  expect((await look(checkOpenFiles, scene)).remedy).toContain('LimitNOFILE')
  expect((await look(checkMemory, scene)).level).toBe('problem')
})

test('a clock that cannot be right, and one that was set back behind what was written, are problems', async () => {
  const scene = await aScene(await aDataFolder())

  expect((await look(checkClock, { ...scene, now: Date.UTC(2001, 0, 1) })).level).toBe('problem')
  expect((await look(checkClock, { ...scene, now: Date.now() - 3_600_000 })).sentence).toContain(
    'was set back',
  )
  expect((await look(checkClock, scene)).level).not.toBe('problem')
})
