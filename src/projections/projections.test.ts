import { cpSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import { limits as defaults } from '../base/limits.ts'
import type { ConfigEntry, NewEntry } from '../domain/entry/entry.ts'
import type { ConnectionVerdict } from '../domain/verdict/verdict.ts'
import {
  aConnectionVerdict,
  aFaultyDisk,
  anEntry,
  aReportVerdict,
  aStatusEntry,
  DEVICE,
  NOON,
  PROJECT,
} from '../../tests/support/builders.ts'
import { aFaultyLogDisk, openLog } from '../../tests/support/segment-log.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { openProjections, type Projections, type ProjectionsLimits } from './projections.ts'

async function setUp(limits: Partial<ProjectionsLimits> = {}) {
  const folder = temporaryFolder()
  const file = join(folder, 'projections.db')
  const log = openLog(join(folder, 'log'))
  const disk = aFaultyDisk()
  const open = async (): Promise<Projections> => {
    const projections = await openProjections({
      file,
      historyFolder: join(folder, 'history'),
      log,
      limits: { ...defaults, ...limits },
      faults: disk.faults,
    })
    onTestFinished(() => projections.close())
    return projections
  }
  onTestFinished(() => log.close())
  return { folder, file, log, disk, open, projections: await open() }
}

const report = (
  values: Parameters<typeof aReportVerdict>[0] & object,
  rest: Parameters<typeof anEntry>[0] = {},
): NewEntry => anEntry({ ...rest, verdict: aReportVerdict(values) })
const config = (body: ConfigEntry, deviceId = DEVICE): NewEntry => ({
  kind: 'config',
  at: NOON,
  projectId: PROJECT,
  deviceId,
  body,
})
const connection = (
  verdict: Partial<ConnectionVerdict> = {},
  rest: { at?: number; deviceId?: DeviceId; projectId?: ProjectId } = {},
): NewEntry => ({
  kind: 'connection',
  at: NOON,
  projectId: PROJECT,
  ...rest,
  body: aConnectionVerdict(verdict),
})
const history = { deviceId: DEVICE, limit: 100, order: 'asc' } as const

test('R3: a shadow read sees everything that was acknowledged when it began', async () => {
  const { log, projections } = await setUp()

  for (let kwh = 1; kwh <= 20; kwh++) {
    await log.append([report({ values: { kwh }, time: NOON + kwh })])
    expect(await projections.readShadow(DEVICE)).toEqual([
      {
        serviceId: 'Meter',
        reported: { properties: { kwh }, time: NOON + kwh, receivedAt: NOON },
        version: kwh,
      },
    ])
  }
})

test('readers that wait for the same entries share the work and all see them', async () => {
  const { log, projections } = await setUp()
  await log.append(Array.from({ length: 2500 }, (_, n) => report({ values: { n }, time: NOON + n })))

  const shadows = await Promise.all(Array.from({ length: 10 }, () => projections.readShadow(DEVICE)))

  for (const [shadow] of shadows) expect(shadow?.version).toBe(2500)
})

test('catching up to a position that the log does not have yet ends at its head', async () => {
  const { log, projections } = await setUp()
  await log.append([report({})])

  await projections.catchUp(1_000_000 as Position)

  expect(await projections.readShadow(DEVICE)).toHaveLength(1)
})

test('refused values and nulls are no history; a null takes its property out of the shadow', async () => {
  const { log, projections } = await setUp()
  const verdict = aReportVerdict({ values: { a: null, b: 2 }, time: NOON + 1 })
  const refused = { property: 'c', outcome: 'refused', code: 'property-unknown', seen: 3 } as const
  const services = verdict.services.map((service) => ({ ...service, values: [...service.values, refused] }))
  await log.append([report({ values: { a: 1 } }), anEntry({ verdict: { ...verdict, services } })])

  const [shadow] = await projections.readShadow(DEVICE)
  const { points } = await projections.readHistory(history)

  expect(shadow?.reported?.properties).toEqual({ b: 2 })
  expect(points.map(({ values }) => values)).toEqual([{ a: 1 }, { b: 2 }])
})

test('R4: a time that the device gives again is the same point, with the values received later', async () => {
  const { log, projections } = await setUp()
  await log.append([
    report({ values: { a: 1, b: 1 } }, { at: NOON + 1 }),
    report({ values: { a: 2, c: 2 } }, { at: NOON + 2 }),
    report({ values: { a: 1, b: 1 } }, { at: NOON + 1, body: { repeats: true } }),
  ])

  const { points } = await projections.readHistory(history)
  const [shadow] = await projections.readShadow(DEVICE)

  expect(points).toMatchObject([{ time: NOON, timeSource: 'device', values: { a: 2, b: 1, c: 2 } }])
  expect(shadow).toMatchObject({ reported: { properties: { a: 2, b: 1, c: 2 } }, version: 2 })
})

test('R4: two reports received in one millisecond are two points; the redelivery of one adds none', async () => {
  const { log, projections } = await setUp()
  const first = { values: { a: 1 }, timeSource: 'received' } as const
  await log.append([
    report(first),
    report({ values: { a: 2 }, timeSource: 'received' }),
    report(first, { body: { repeats: true } }),
  ])

  const { points } = await projections.readHistory(history)

  expect(points.map(({ values, timeSource }) => [values, timeSource])).toEqual([
    [{ a: 1 }, 'received'],
    [{ a: 2 }, 'received'],
  ])
  expect(new Set(points.map(({ seq }) => seq)).size).toBe(2)
  expect(await projections.readShadow(DEVICE)).toMatchObject([
    { reported: { properties: { a: 2 } }, version: 2 },
  ])
})

test('device protocol §4.3: a late report goes to its place in history and not into the shadow', async () => {
  const { log, projections } = await setUp()
  await log.append([report({ values: { a: 2 } }), report({ values: { a: 1 }, time: NOON - 60_000 })])

  const { points } = await projections.readHistory(history)

  expect(points.map(({ values }) => values['a'])).toEqual([1, 2])
  expect(await projections.readShadow(DEVICE)).toMatchObject([
    { reported: { properties: { a: 2 } }, version: 1 },
  ])
})

test('device protocol §4.2: a service that stands twice in one report is applied in order', async () => {
  const { log, projections } = await setUp()
  const services = [1, 2].flatMap((a) => aReportVerdict({ values: { a }, timeSource: 'received' }).services)
  await log.append([anEntry({ verdict: { ...aReportVerdict(), services } })])

  expect(await projections.readShadow(DEVICE)).toMatchObject([
    { reported: { properties: { a: 2 } }, version: 2 },
  ])
  expect((await projections.readHistory(history)).points).toHaveLength(2)
})

test.for(['asc', 'desc'] as const)(
  'pages %s hold every point once, also when points come in between',
  async (order) => {
    const { log, projections } = await setUp({ scanRowsMax: 3 })
    const add = (offsets: readonly number[]) =>
      log.append(offsets.map((n) => report({ values: { n }, time: NOON + n })))
    await add([10, 20, 30, 40, 50])

    const seen: unknown[] = []
    let marker: string | undefined
    do {
      const page = await projections.readHistory({
        ...history,
        order,
        limit: 2,
        ...(marker ? { marker } : {}),
      })
      seen.push(...page.points.map(({ values }) => values['n']))
      marker = page.marker
      await add([order === 'asc' ? 1 : 99]) // behind the reader
    } while (marker !== undefined)

    expect(seen).toEqual(order === 'asc' ? [10, 20, 30, 40, 50] : [50, 40, 30, 20, 10])
  },
)

test('history is narrowed to service, property and half-open time', async () => {
  const { log, projections } = await setUp({ scanRowsMax: 2 })
  await log.append([
    ...[0, 1, 2, 3].map((n) => report({ values: { [n % 2 ? 'odd' : 'even']: n, all: n }, time: NOON + n })),
    report({ serviceId: 'Lamp', values: { all: 9 }, time: NOON + 1 }),
    report({ values: { all: 7 }, time: NOON + 1 }, { deviceId: 'other' as DeviceId }),
  ])
  const read = async (query: object) =>
    (await projections.readHistory({ ...history, ...query })).points.map(({ values }) => values)

  expect(await read({ property: 'odd' })).toEqual([{ odd: 1 }, { odd: 3 }])
  expect(await read({ property: 'odd', limit: 1 })).toEqual([{ odd: 1 }])
  expect(await read({ serviceId: 'Lamp' })).toEqual([{ all: 9 }])
  expect(await read({ property: 'all', start: NOON + 1, end: NOON + 3 })).toEqual([
    { all: 9 },
    { all: 1 },
    { all: 2 },
  ])
  expect(await read({ property: '__proto__' })).toEqual([])
})

test('markers that no page returned are refused', async () => {
  const { projections } = await setUp()

  for (const marker of ['', 'x', '🙂', Buffer.from('[1,2,3]').toString('base64url'), 'A'.repeat(5000)])
    await expect(projections.readHistory({ ...history, marker })).rejects.toMatchObject({
      refusal: 'invalid-input',
    })
  for (const marker of ['', '-1', '1e3', '9'.repeat(30)])
    await expect(projections.readConnections({ projectId: PROJECT, limit: 1, marker })).rejects.toMatchObject(
      {
        refusal: 'invalid-input',
      },
    )
})

test('buckets give count, least, greatest, mean, first and last; empty ones are left out', async () => {
  const { log, projections } = await setUp({ scanRowsMax: 2 })
  await log.append([0, 1, 2, 30, 31].map((n) => report({ values: { n: n * 10 }, time: NOON + n })))
  await log.append([
    report({ values: { n: 'text' }, time: NOON + 3 }),
    report({ values: { n: true }, time: NOON + 39 }),
    report({ values: { n: 1 }, time: NOON + 40 }),
  ])

  const buckets = await projections.readBuckets({
    deviceId: DEVICE,
    serviceId: 'Meter',
    property: 'n',
    start: NOON,
    end: NOON + 40,
    buckets: 4,
  })

  expect(buckets).toEqual([
    { from: NOON, count: 4, min: 0, max: 20, avg: 10, first: 0, last: 'text' },
    { from: NOON + 30, count: 3, min: 300, max: 310, avg: 305, first: 300, last: true },
  ])
})

test('buckets of other values carry no numbers, and an empty range has none', async () => {
  const { log, projections } = await setUp()
  await log.append([report({ values: { n: 'a' } })])
  const query = {
    deviceId: DEVICE,
    serviceId: 'Meter',
    property: 'n',
    start: NOON,
    end: NOON + 1,
    buckets: 3,
  }

  expect(await projections.readBuckets(query)).toEqual([{ from: NOON, count: 1, first: 'a', last: 'a' }])
  expect(await projections.readBuckets({ ...query, end: NOON })).toEqual([])
})

test('device protocol §2.10: of a child its gateway says the status, whichever gateway said it before', async () => {
  const { log, projections } = await setUp()
  const read = async () => (await projections.readStatuses([DEVICE])).get(DEVICE)
  const said = (status: 'ONLINE' | 'OFFLINE', gateway: string, at: number, cause = 'gateway-said') =>
    log.append([aStatusEntry({ status, connection: `gateway/${gateway}`, cause }, { at })])

  await said('OFFLINE', 'gw', NOON)
  expect(await read()).toEqual({ status: 'OFFLINE', changedAt: NOON, activatedAt: NOON })
  await said('ONLINE', 'gw', NOON + 1)
  expect(await read()).toMatchObject({ status: 'ONLINE', changedAt: NOON + 1 })
  await said('OFFLINE', 'other', NOON + 2, 'gateway-offline')
  expect(await read(), 'a gateway that it is no longer behind').toMatchObject({ status: 'ONLINE' })
  expect(await projections.readTotals(PROJECT)).toMatchObject({ online: 1 })
  await said('OFFLINE', 'other', NOON + 3)
  expect(await read()).toMatchObject({ status: 'OFFLINE', changedAt: NOON + 3 })
  expect(await projections.readTotals(PROJECT)).toMatchObject({ online: 0 })
})

test('device protocol §2.10: the status follows the current connection', async () => {
  const { log, projections } = await setUp()
  const read = async () => (await projections.readStatuses([DEVICE])).get(DEVICE)

  expect(await read()).toBeUndefined()
  await log.append([aStatusEntry({ connection: 'A', address: '192.0.2.1:5' })])
  const online = { status: 'ONLINE', changedAt: NOON, activatedAt: NOON, address: '192.0.2.1:5' }
  expect(await read()).toEqual(online)
  expect(await projections.onlineConnections()).toMatchObject([
    { projectId: PROJECT, deviceId: DEVICE, connection: 'A' },
  ])

  // Device protocol §2.9: a take-over is no change of status, and the end of the old connection none either.
  await log.append([
    aStatusEntry({ connection: 'B', address: '192.0.2.2:6', takesOver: true }, { at: NOON + 1 }),
    aStatusEntry({ status: 'OFFLINE', connection: 'A', cause: 'taken-over' }, { at: NOON + 2 }),
  ])
  expect(await read()).toEqual({ ...online, address: '192.0.2.2:6' })
  expect(await projections.currentConnection(DEVICE)).toMatchObject({ connection: 'B' })

  await log.append([aStatusEntry({ status: 'OFFLINE', connection: 'B' }, { at: NOON + 3 })])
  expect(await read()).toMatchObject({ status: 'OFFLINE', changedAt: NOON + 3, activatedAt: NOON })
  expect(await projections.onlineConnections()).toEqual([])

  await log.append([aStatusEntry({ connection: 'C' }, { at: NOON + 4 })])
  expect(await read()).toMatchObject({ status: 'ONLINE', changedAt: NOON + 4, activatedAt: NOON })
})

test('an OFFLINE of a device that never came online makes no status', async () => {
  const { log, projections } = await setUp()
  await log.append([aStatusEntry({ status: 'OFFLINE' })])

  expect((await projections.readStatuses([DEVICE])).size).toBe(0)
})

test('the connected devices of a project are one JSON object, however many reads it takes', async () => {
  const { log, projections } = await setUp({ scanRowsMax: 2 })
  // An id that would be lost if the text were ever made through an object.
  const ids = ['a', 'b', 'c', 'd', '__proto__'] as DeviceId[]
  await log.append(
    ids.map((deviceId, n) => aStatusEntry({ connection: deviceId }, { deviceId, at: NOON + n })),
  )
  await log.append([
    aStatusEntry({ status: 'OFFLINE', connection: 'c' }, { deviceId: 'c' as DeviceId, at: NOON + 9 }),
  ])
  const connected = async (query: object = {}): Promise<[string, unknown][]> =>
    Object.entries(JSON.parse(await projections.readConnected({ projectId: PROJECT, ...query })) as object)

  expect(await connected()).toEqual([
    ['__proto__', NOON + 4],
    ['a', NOON],
    ['b', NOON + 1],
    ['c', NOON + 9],
    ['d', NOON + 3],
  ])
  expect(await connected({ status: 'OFFLINE' })).toEqual([['c', NOON + 9]])
  expect((await connected({ status: 'ONLINE' })).map(([id]) => id)).toEqual(['__proto__', 'a', 'b', 'd'])
  expect(await connected({ projectId: 'another' })).toEqual([])
})

test('device protocol §4.4: a new device starts with its desired state at version 0', async () => {
  const { log, projections } = await setUp()
  await log.append([config({ change: 'device-created', desired: { Meter: { kwh: 5 }, Lamp: {} } })])

  expect(await projections.readShadow(DEVICE)).toEqual([
    { serviceId: 'Meter', desired: { properties: { kwh: 5 }, time: NOON }, version: 0 },
  ])
})

test('S16: a deleted device leaves no shadow, history, status or link, and what was on its way adds none', async () => {
  const { log, projections } = await setUp()
  const deleted = { change: 'device-deleted' } as const
  const created = { change: 'device-created', desired: {} } as const
  await log.append([
    report({}),
    aStatusEntry(),
    connection({ subject: { address: 'a', listener: 'mqtts', deviceId: DEVICE } }, { deviceId: DEVICE }),
    report({}, { deviceId: 'other' as DeviceId }),
    config(deleted),
    report({ values: { late: 1 }, time: NOON + 1 }),
    aStatusEntry(),
  ])

  expect(await projections.readShadow(DEVICE)).toEqual([])
  expect((await projections.readHistory(history)).points).toEqual([])
  expect((await projections.readStatuses([DEVICE])).size).toBe(0)
  const query = { projectId: PROJECT, deviceId: DEVICE, limit: 10 }
  expect((await projections.readConnections(query)).connections).toEqual([])
  expect(await projections.readShadow('other' as DeviceId)).toHaveLength(1)

  await log.append([config(created), report({ values: { fresh: 1 } })])
  expect(await projections.readShadow(DEVICE)).toMatchObject([
    { reported: { properties: { fresh: 1 } }, version: 1 },
  ])
})

test('a row of the outbox that a crash brought into the log twice acts once', async () => {
  const { log, projections } = await setUp()
  const deleted = config({ change: 'device-deleted', outboxKey: 'k1' })
  const created = config({ change: 'device-created', desired: {}, outboxKey: 'k2' })
  await log.append([deleted, created, report({}), deleted, created])

  expect(await projections.readShadow(DEVICE)).toHaveLength(1)
})

test('connections are read newest first, page by page, by project, device, outcome, time and text', async () => {
  const { log, projections } = await setUp({ scanRowsMax: 2 })
  const fingerprint = 'ab'.repeat(32)
  const subject = { address: '192.0.2.7:50514', listener: 'mqtts' } as const
  await log.append([
    connection({ outcome: 'refused', subject: { ...subject, clientId: 'Lamp_0_0_2026' } }),
    connection(
      { subject: { ...subject, username: 'lamp', fingerprint } },
      { deviceId: DEVICE, at: NOON + 5 },
    ),
    connection({ outcome: 'noted', subject: { ...subject, address: '198.51.100.9:1' } }),
    connection({}, { projectId: 'f'.repeat(32) as ProjectId }),
    connection({ outcome: 'refused', subject: { ...subject, deviceId: 'named' } }),
  ])
  const ids = async (query: object) =>
    (await projections.readConnections({ projectId: PROJECT, limit: 10, ...query })).connections.map(
      ({ id }) => id,
    )

  expect(await ids({})).toEqual(['5', '3', '2', '1'])
  expect(await ids({ outcome: 'refused' })).toEqual(['5', '1'])
  expect(await ids({ deviceId: DEVICE })).toEqual(['2'])
  expect(await ids({ since: NOON + 1 })).toEqual(['2'])
  expect(await ids({ search: 'LAMP' })).toEqual(['2', '1'])
  expect(await ids({ search: '198.51.100' })).toEqual(['3'])
  expect(await ids({ search: 'connection-accepted' })).toHaveLength(4)
  expect(await ids({ search: 'named' })).toEqual(['5'])
  expect(await ids({ code: 'connection-accepted' })).toHaveLength(4)
  expect(await ids({ code: 'accepted' })).toEqual([])
  expect(await ids({ search: fingerprint.toUpperCase().replace(/(..)(?=.)/g, '$1:') })).toEqual(['2'])
  expect(await ids({ search: '%' })).toEqual([])

  const first = await projections.readConnections({ projectId: PROJECT, limit: 3 })
  expect(first.marker).toBe('2')
  const second = await projections.readConnections({ projectId: PROJECT, limit: 3, marker: '2' })
  expect(second).toMatchObject({ connections: [{ id: '1' }] })
  expect(second.marker).toBeUndefined()
})

test('a storm of refused connections pushes out older refused ones, and none that were accepted', async () => {
  const { log, projections } = await setUp({ connectionVerdictsMax: 10 })
  await log.append([connection()])
  for (let n = 0; n < 5; n++) {
    await log.append(Array.from({ length: 10 }, () => connection({ outcome: 'refused' })))
    await projections.catchUp()
  }

  const { connections } = await projections.readConnections({ projectId: PROJECT, limit: 100 })

  expect(connections.map(({ id }) => Number(id))).toEqual([51, 50, 49, 48, 47, 46, 45, 44, 43, 42, 1])
})

const everything = async (projections: Projections) => ({
  shadow: await projections.readShadow(DEVICE),
  statuses: await projections.readStatuses([DEVICE]),
  history: await projections.readHistory(history),
  connections: await projections.readConnections({ projectId: PROJECT, limit: 100 }),
  online: await projections.onlineConnections(),
})
const aBusyLog = (): NewEntry[] => [
  config({ change: 'device-created', desired: { Meter: { kwh: 5 } } }),
  aStatusEntry(),
  connection(),
  ...Array.from({ length: 50 }, (_, n) =>
    report({ values: { n }, timeSource: n % 2 ? 'device' : 'received' }),
  ),
  report({ values: { n: -1 }, time: NOON - 5 }),
  config({
    change: 'desired-changed',
    changeId: 'c1',
    services: [{ serviceId: 'Meter', desired: { kwh: null, n: 7 } }],
  }),
  config({ change: 'shadow-deleted', changeId: 'c2' }),
  report({ values: { n: 51 } }),
  config({
    change: 'desired-changed',
    changeId: 'c3',
    services: [{ serviceId: 'Meter', desired: { n: 8 }, version: 53 }],
  }),
  config({
    change: 'desired-changed',
    changeId: 'c4',
    services: [{ serviceId: 'Meter', desired: { n: 9 }, version: 53 }],
  }),
]

test('what was deleted is built anew from the log, the same to the last sequence number', async () => {
  const { log, file, open, projections } = await setUp()
  await log.append(aBusyLog())
  const before = await everything(projections)
  await projections.close()
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true })

  expect(await everything(await open())).toEqual(before)
})

test('R5: a file that is damaged is built anew, without hands', async () => {
  const { log, file, open, projections } = await setUp()
  await log.append(aBusyLog())
  const before = await everything(projections)
  await projections.close()
  for (const suffix of ['-wal', '-shm']) rmSync(file + suffix, { force: true })
  writeFileSync(file, 'this is no database, '.repeat(1000))

  expect(await everything(await open())).toEqual(before)
})

test('a log that was put back from a backup is followed from its start', async () => {
  const { folder, log, file, projections } = await setUp()
  await log.append(aBusyLog())
  await projections.catchUp()
  await projections.close()
  const older = openLog(join(folder, 'older'))
  onTestFinished(() => older.close())
  await older.append([report({ values: { old: 1 } })])

  const again = await openProjections({ file, historyFolder: join(folder, 'history'), log: older })
  onTestFinished(() => again.close())

  expect(await again.readShadow(DEVICE)).toMatchObject([{ reported: { properties: { old: 1 } }, version: 1 }])
})

test('after a restart no entry is applied twice', async () => {
  const { log, open, projections } = await setUp()
  await log.append(aBusyLog())
  const before = await everything(projections)
  await projections.close()

  expect(await everything(await open())).toEqual(before)
})

const steps = [
  ['begin', /./],
  ['commit', /./],
  ['read', /shadow/],
  ['write', /INTO shadow/],
  ['write', /INTO status/],
  ['write', /INTO connection/],
  ['write', /UPDATE progress/],
] as const
test.for(steps)(
  'Q2: a fault at %s %s applies nothing by half, and all of it once it is over',
  async ([point, sql]) => {
    const { log, disk, projections: before, open } = await setUp()
    const reference = await setUp()
    await log.append([report({ values: { first: 1 }, time: NOON - 9 })])
    await before.catchUp()
    await before.close()
    const projections = await open()
    await reference.log.append([report({ values: { first: 1 }, time: NOON - 9 }), ...aBusyLog()])
    await log.append(aBusyLog())
    const applyAndSave = async () => {
      await projections.catchUp()
      await projections.save()
    }
    disk.failAt(point, sql)

    await expect(applyAndSave()).rejects.toThrow('planted fault')
    await expect(applyAndSave()).rejects.toThrow('planted fault')
    disk.heal()
    const after = await everything(projections)
    await projections.close()

    expect(after).toEqual(await everything(reference.projections))
    expect(await everything(await open())).toEqual(after)
  },
)

test('R5: after a crash at any moment of writing behind, everything is as the log says', async () => {
  const { folder, log, disk, projections: before, open } = await setUp()
  const reference = await setUp()
  await log.append(aBusyLog())
  await before.catchUp()
  await before.save()
  await log.append([report({ values: { late: 1 }, time: NOON + 9 }), ...aBusyLog()])
  await before.catchUp()
  await reference.log.append([...aBusyLog(), report({ values: { late: 1 }, time: NOON + 9 }), ...aBusyLog()])
  // As a crash leaves the files: nothing more is written, not even by the end of this test.
  const crashed = temporaryFolder()
  cpSync(folder, crashed, { recursive: true })
  disk.failAt('write', /./)

  const again = await openProjections({
    file: join(crashed, 'projections.db'),
    historyFolder: join(crashed, 'history'),
    log,
  })
  onTestFinished(() => again.close())

  expect(await everything(again)).toEqual(await everything(reference.projections))
  disk.heal()
  expect(await everything(before)).toEqual(await everything(again))
  await before.close()
  expect(await everything(await open())).toEqual(await everything(again))
})

test('a log that cannot be read for a moment is read later', async () => {
  const folder = temporaryFolder()
  const disk = aFaultyLogDisk()
  const before = openLog(join(folder, 'log'))
  await before.append([report({})])
  await before.close()
  const log = openLog(join(folder, 'log'), { files: disk.files })
  const projections = await openProjections({
    file: join(folder, 'projections.db'),
    historyFolder: join(folder, 'history'),
    log,
  })
  onTestFinished(async () => {
    await projections.close()
    await log.close()
  })
  disk.failAt('read')
  await expect(projections.readShadow(DEVICE)).rejects.toThrow('planted fault')
  disk.heal()

  expect(await projections.readShadow(DEVICE)).toHaveLength(1)
})

test('R11: however much of the log is to be applied, history is folded meanwhile and memory stays bounded', async () => {
  const { log, projections } = await setUp({ historyOpenBytesMax: 4096 })
  const count = 5000
  // In commits of its own, since one is applied whole.
  for (let n = 0; n < count; n += 100)
    await log.append(
      Array.from({ length: 100 }, (_, i) => report({ values: { kwh: i }, time: NOON + n + i }, { at: NOON })),
    )

  await projections.catchUp()

  const { openPoints } = await projections.historyStats()
  expect(openPoints).toBeLessThan(count / 4)
})
