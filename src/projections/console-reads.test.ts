import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { DeviceId, Fingerprint, ProjectId } from '../base/ids.ts'
import { limits as defaults } from '../base/limits.ts'
import type { ConnectionEntry } from '../domain/certificate/presented.ts'
import type { ConfigEntry, NewEntry } from '../domain/entry/entry.ts'
import type { ReportVerdict, ValueVerdict } from '../domain/verdict/verdict.ts'
import { removeProjectionsFile } from '../store/projections/projections-file.ts'
import {
  aConnectionVerdict,
  anEntry,
  aReportVerdict,
  aStatusEntry,
  DEVICE,
  NOON,
  PROJECT,
} from '../../tests/support/builders.ts'
import { openLog } from '../../tests/support/segment-log.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { openProjections, type ProjectionsLimits } from './projections.ts'

async function setUp(limits: Partial<ProjectionsLimits> = {}) {
  const folder = temporaryFolder()
  const file = join(folder, 'projections.db')
  const log = openLog(join(folder, 'log'))
  onTestFinished(() => log.close())
  const open = async () => {
    const projections = await openProjections({
      file,
      historyFolder: join(folder, 'history'),
      log,
      limits: { ...defaults, ...limits },
    })
    onTestFinished(() => projections.close())
    return projections
  }
  return { file, log, open, projections: await open() }
}

const OTHER = 'demo_lamp2' as DeviceId
const MINUTE = 60_000
const config = (body: ConfigEntry, deviceId = DEVICE): NewEntry => ({
  kind: 'config',
  at: NOON,
  projectId: PROJECT,
  deviceId,
  body,
})
const created = config({ change: 'device-created', desired: {} })
const deleted = config({ change: 'device-deleted' })
const connection = (
  verdict: Partial<ConnectionEntry> = {},
  { at = NOON, deviceId = DEVICE, projectId = PROJECT } = {},
): NewEntry => ({
  kind: 'connection',
  at,
  projectId,
  deviceId,
  body: { ...aConnectionVerdict(verdict), ...verdict },
})
const refusal = (property: string, seen: ValueVerdict['seen'], rule = {}): ValueVerdict => ({
  property,
  outcome: 'refused',
  code: 'value-above-max',
  seen,
  rule: { max: '100', ...rule },
})
/** A report of service `Meter` in which some values are refused. */
const withRefused = (values: readonly ValueVerdict[], at = NOON, stored = {}): NewEntry => {
  const verdict = aReportVerdict({ values: stored, time: at })
  const services = verdict.services.map((one) => ({ ...one, values: [...one.values, ...values] }))
  return anEntry({ at, verdict: { ...verdict, outcome: 'noted', services } satisfies ReportVerdict })
}
const stored = (values: Record<string, number>, at = NOON, body = {}): NewEntry =>
  anEntry({ at, body, verdict: aReportVerdict({ values, time: at }) })

/** 32 bytes of one letter stand for a certificate. */
const der = (letter: string) => Buffer.from(letter.repeat(32))
const digest = (letter: string) => letter.repeat(64) as Fingerprint
const whole = (letter: string) => ({ sha256: digest(letter), der: der(letter).toString('base64') })
const known = (letter: string) => ({ sha256: digest(letter) })

test('a refused value stands beside the last stored one until a later one is stored', async () => {
  const { log, projections } = await setUp()
  await log.append([
    stored({ kwh: 10, volt: 230 }),
    withRefused([refusal('kwh', 300)], NOON + 1, { volt: 231 }),
  ])

  expect(await projections.readLatest(DEVICE)).toEqual({
    services: [
      {
        serviceId: 'Meter',
        time: NOON + 1,
        receivedAt: NOON + 1,
        values: [
          { property: 'kwh', value: 10, time: NOON, receivedAt: NOON },
          { property: 'volt', value: 231, time: NOON + 1, receivedAt: NOON + 1 },
        ],
      },
    ],
    refused: [
      {
        serviceId: 'Meter',
        property: 'kwh',
        at: NOON + 1,
        code: 'value-above-max',
        params: { service: 'Meter', property: 'kwh', seen: '300', max: '100' },
        seen: 300,
        rule: { max: '100' },
      },
    ],
  })

  await log.append([stored({ kwh: 11 }, NOON + 2)])
  expect((await projections.readLatest(DEVICE)).refused).toEqual([])
})

test('R4: the redelivery of an older report takes no refusal away, and brings none back', async () => {
  const { log, projections } = await setUp()
  const repeats = { repeats: true } as const
  await log.append([withRefused([refusal('kwh', 300)], NOON + 1), stored({ kwh: 10 }, NOON, repeats)])
  expect((await projections.readLatest(DEVICE)).refused).toHaveLength(1)

  await log.append([withRefused([refusal('kwh', 200)], NOON)])
  expect((await projections.readLatest(DEVICE)).refused).toMatchObject([{ seen: 300 }])
})

test('what a device makes up is bounded: names, values, rules and their number', async () => {
  const { log, projections } = await setUp()
  const long = 'x'.repeat(2000)
  await log.append([
    withRefused([refusal(long, 1), refusal('kwh', long), refusal('volt', 1, { enum_list: long })]),
  ])
  const { refused } = await projections.readLatest(DEVICE)
  expect(refused.map(({ property, seen, rule }) => [property, seen, rule])).toEqual([
    ['kwh', undefined, { max: '100' }],
    ['volt', 1, undefined],
  ])

  for (let page = 0; page < 3; page++)
    await log.append([
      withRefused(
        Array.from({ length: 500 }, (_, n) => refusal(`p${page}-${n}`, n)),
        NOON + 1 + page,
      ),
    ])
  const after = (await projections.readLatest(DEVICE)).refused
  expect(after).toHaveLength(defaults.refusedValuesMax)
  expect(Math.min(...after.map(({ at }) => at))).toBe(NOON + 2)
})

test('a value that lies too far back in history has no time of its own', async () => {
  const { log, projections } = await setUp()
  const others = Array.from({ length: defaults.latestRowsMax + 2 }, (_, n) =>
    stored({ volt: n }, NOON + 1 + n),
  )
  await log.append([stored({ kwh: 1 }), ...others])

  const { services } = await projections.readLatest(DEVICE)

  expect(services[0]?.values[0]).toEqual({ property: 'kwh', value: 1 })
  expect(services[0]?.values[1]).toMatchObject({ property: 'volt', time: NOON + others.length })
})

test('a certificate is in the log once and shown with every connection that it came with', async () => {
  const { log, projections } = await setUp()
  const anchorKey = '0'.repeat(24)
  const [first = 0, second = 0] = await log.append([
    connection({ outcome: 'refused', presented: [whole('a'), whole('b')] }),
    connection({ presented: [known('a'), known('b')], anchorKey }),
  ])

  for (const position of [first, second])
    expect(await projections.readConnection(PROJECT, position as never)).toMatchObject({
      id: String(position),
      certificates: [new Uint8Array(der('a')), new Uint8Array(der('b'))],
    })
  expect(await projections.readPresented(DEVICE)).toMatchObject({
    anchorKey,
    certificates: [new Uint8Array(der('a')), new Uint8Array(der('b'))],
    last: { id: String(second) },
  })
  expect(await projections.countByAnchor(PROJECT)).toEqual([[anchorKey, 1]])
  expect(await projections.readConnection('f'.repeat(32) as ProjectId, first as never)).toBeUndefined()
  expect(await projections.readConnection(PROJECT, 99 as never)).toBeUndefined()
})

test('a device that was never accepted shows what it tried last; later refusals do not hide an acceptance', async () => {
  const { log, projections } = await setUp()
  await log.append([connection({ outcome: 'refused', presented: [whole('a')] })])
  const before = await projections.readPresented(DEVICE)
  expect(before.certificates).toEqual([new Uint8Array(der('a'))])
  expect(before).not.toHaveProperty('anchorKey')

  await log.append([
    connection({ presented: [whole('b')], anchorKey: '1'.repeat(24) }),
    connection({ outcome: 'refused', presented: [known('a')] }),
  ])
  expect(await projections.readPresented(DEVICE)).toMatchObject({
    certificates: [new Uint8Array(der('b'))],
    last: { verdict: { outcome: 'refused' } },
  })
})

test('however many certificates strangers make, that of a device which was let in stays', async () => {
  const { log, projections } = await setUp({ presentedCertificatesMax: 2, connectionVerdictsMax: 100 })
  const anchorKey = '3'.repeat(24)
  const [first] = await log.append([connection({ presented: [whole('a')], anchorKey })])
  await projections.catchUp()
  for (const [at, name] of ['b', 'c', 'd'].entries()) {
    await log.append([connection({ outcome: 'refused', presented: [whole(name)] }, { at: NOON + 1 + at })])
    await projections.catchUp()
  }
  // Nothing rests on what a device with a secret presents.
  await log.append([connection({ presented: [whole('e')] }, { at: NOON + 9 })])
  await projections.catchUp()

  const kept = await projections.readConnection(PROJECT, first as never)
  expect(kept?.certificates).toHaveLength(1)
})

test('a stranger certificate that is trusted later is kept like one that was from the first', async () => {
  const { log, projections } = await setUp({ presentedCertificatesMax: 2, connectionVerdictsMax: 100 })
  const [first] = await log.append([
    connection({ outcome: 'refused', presented: [whole('a')] }),
    connection({ presented: [known('a')], anchorKey: '3'.repeat(24) }),
  ])
  for (const [at, name] of ['b', 'c'].entries())
    await log.append([connection({ outcome: 'refused', presented: [whole(name)] }, { at: NOON + 1 + at })])
  await projections.catchUp()

  const kept = await projections.readConnection(PROJECT, first as never)
  expect(kept?.certificates).toHaveLength(1)
})

test('of too many certificates those go that were not seen for longest', async () => {
  // Looked at with every entry, since a hundredth of 100 is one.
  const { log, projections } = await setUp({ presentedCertificatesMax: 2, connectionVerdictsMax: 100 })
  const hour = 3_600_001
  const positions: number[] = []
  const come = async (entry: NewEntry) => {
    positions.push(...(await log.append([entry])))
    await projections.catchUp()
  }
  await come(connection({ presented: [whole('a')] }))
  await come(connection({ presented: [whole('b')] }, { at: NOON + 1 }))
  await come(connection({ presented: [known('a')] }, { at: NOON + hour }))
  await come(connection({ presented: [whole('c')] }, { at: NOON + hour }))

  const kept = await Promise.all(
    positions.map(
      async (at) => (await projections.readConnection(PROJECT, at as never))?.certificates.length,
    ),
  )
  expect(kept).toEqual([1, 0, 1, 1])
})

test('S16: nothing of a deleted device shows under a new one; what is late is evidence alone', async () => {
  const { log, projections } = await setUp()
  await log.append([
    created,
    connection({ presented: [whole('a')], anchorKey: '2'.repeat(24) }),
    aStatusEntry(),
    withRefused([refusal('kwh', 300)]),
    deleted,
    connection({ outcome: 'refused', presented: [known('a')] }),
  ])
  expect(await projections.findRegistered(DEVICE)).toBeUndefined()
  const [again] = await log.append([created])

  expect(await projections.readLatest(DEVICE)).toEqual({ services: [], refused: [] })
  expect(await projections.readPresented(DEVICE)).toEqual({ deviceId: DEVICE, certificates: [] })
  expect(await projections.countByAnchor(PROJECT)).toEqual([])
  expect(await projections.findRegistered(DEVICE)).toBe(again)
  expect(await projections.readTotals(PROJECT)).toMatchObject({ online: 0, connectionsRefused: 1 })
  const { connections } = await projections.readConnections({ projectId: PROJECT, limit: 10 })
  expect(connections).toHaveLength(2)
})

test('statistics by the minute: sums of a slice, who was online at its end, and gaps', async () => {
  const { log, projections } = await setUp({ scanRowsMax: 2 })
  const at = (minute: number) => NOON + minute * MINUTE + 5
  await log.append([
    aStatusEntry({}, { at: at(0) }),
    aStatusEntry({ connection: 'p-1-2' }, { at: at(0), deviceId: OTHER }),
    stored({ kwh: 1, volt: 2 }, at(0)),
    // A take-over: who is online stays.
    aStatusEntry({ connection: 'p-1-3', takesOver: true }, { at: at(1) }),
    withRefused([refusal('kwh', 300)], at(1), { volt: 2 }),
    connection({ outcome: 'refused' }, { at: at(1) }),
    aStatusEntry({ status: 'OFFLINE', connection: 'p-1-2' }, { at: at(2), deviceId: OTHER }),
    // A redelivery counts where the report was first received, and changes nothing of who was online then.
    stored({ kwh: 1 }, at(0), { repeats: true }),
  ])
  await projections.noteMinute(at(5))

  const read = (minutes: number, buckets: number, start = NOON) =>
    projections.readStatistics({ projectId: PROJECT, start, end: start + minutes * MINUTE, buckets })
  const zeros = { reports: 0, valuesRefused: 0, connectionsRefused: 0 }
  expect(await read(6, 6)).toEqual([
    { time: NOON, online: 2, ...zeros, reports: 2 },
    { time: NOON + MINUTE, online: 2, reports: 1, valuesRefused: 1, connectionsRefused: 1 },
    { time: NOON + 2 * MINUTE, online: 1, ...zeros },
    { time: NOON + 5 * MINUTE, online: 1, ...zeros },
  ])
  expect(await read(6, 2)).toEqual([
    { time: NOON, online: 1, reports: 3, valuesRefused: 1, connectionsRefused: 1 },
    { time: NOON + 3 * MINUTE, online: 1, ...zeros },
  ])
  // No slice is shorter than a minute, and the minute that the range begins in is the first slice's.
  expect(await read(2, 1000, NOON + 30_000)).toHaveLength(2)
  expect(await projections.readTotals(PROJECT)).toEqual({
    online: 1,
    reports: 3,
    valuesStored: 4,
    valuesRefused: 1,
    connectionsRefused: 1,
  })
})

test('statistics are the same when they are made anew from the log, and are kept for a bounded time', async () => {
  const { log, projections, open, file } = await setUp({ statisticsMillisMax: 3 * MINUTE })
  const minutes = [0, 1, 2, 3, 4].map((minute) => stored({ kwh: minute }, NOON + minute * MINUTE))
  await log.append([aStatusEntry(), ...minutes])
  const query = { projectId: PROJECT, start: NOON, end: NOON + 10 * MINUTE, buckets: 10 }
  const before = await projections.readStatistics(query)
  expect(before).toHaveLength(5)
  await projections.close()
  removeProjectionsFile(file)

  const anew = await open()
  expect(await anew.readStatistics(query)).toEqual(before)
  await anew.noteMinute(NOON + 5 * MINUTE)
  expect((await anew.readStatistics(query)).map(({ time }) => (time - NOON) / MINUTE)).toEqual([2, 3, 4, 5])
})

test('the first to connect and the first to report are those that are still there', async () => {
  const { log, projections } = await setUp()
  expect(await projections.readFirsts(PROJECT)).toEqual({})
  await log.append([
    created,
    aStatusEntry(),
    aStatusEntry({ connection: 'p-1-2' }, { at: NOON + 1, deviceId: OTHER }),
    anEntry({ at: NOON + 2, deviceId: OTHER }),
  ])
  expect(await projections.readFirsts(PROJECT)).toEqual({
    connected: { deviceId: DEVICE, at: NOON },
    reported: { deviceId: OTHER, at: NOON + 2 },
  })

  await log.append([deleted])
  expect((await projections.readFirsts(PROJECT)).connected).toEqual({ deviceId: OTHER, at: NOON + 1 })
})
