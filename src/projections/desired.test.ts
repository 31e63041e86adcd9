import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { aReportVerdict, anEntry, DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { openLog } from '../../tests/support/segment-log.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import type { DeviceId, Position } from '../base/ids.ts'
import type { JsonObject } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import type { ConfigEntry, NewEntry } from '../domain/entry/entry.ts'
import type { DesiredChange, ShadowOutcome } from '../domain/shadow/desired-change.ts'
import { RecordWriter, reportSource } from '../log/record.ts'
import { openProjections } from './projections.ts'

async function setUp() {
  const folder = temporaryFolder()
  const log = openLog(join(folder, 'log'))
  onTestFinished(() => log.close())
  const differing: DeviceId[] = []
  const open = async () => {
    const projections = await openProjections({
      file: join(folder, 'projections.db'),
      historyFolder: join(folder, 'history'),
      log,
      onDiffers: (deviceId) => void differing.push(deviceId),
    })
    onTestFinished(() => projections.close())
    return projections
  }
  let projections = await open()
  let changes = 0
  const write = (body: ConfigEntry & { readonly changeId: string }): Promise<ShadowOutcome> =>
    projections.outcomeOf(body.changeId, async () => {
      const [position] = await log.append([
        { kind: 'config', at: NOON, projectId: PROJECT, deviceId: DEVICE, body },
      ])
      return position as Position
    })
  return {
    log,
    differing: () => differing.splice(0),
    config: (body: ConfigEntry) =>
      log.append([{ kind: 'config', at: NOON, projectId: PROJECT, deviceId: DEVICE, body }]),
    desire: (...services: readonly DesiredChange[]) =>
      write({ change: 'desired-changed', changeId: `c${changes++}`, services }),
    deleteShadow: () => write({ change: 'shadow-deleted', changeId: `c${changes++}` }),
    shadow: () => projections.readShadow(DEVICE),
    catchUp: () => projections.catchUp(),
    async restart() {
      await projections.close()
      projections = await open()
    },
  }
}

const report = (values: JsonObject, at = NOON): NewEntry =>
  anEntry({ at, verdict: aReportVerdict({ values, time: at }) })
const changed = { kind: 'changed' }

test('R3, device protocol §4.4: a desired value is in the shadow when its writer is told, and grows the version', async () => {
  const { log, desire, shadow } = await setUp()
  await log.append([report({ kwh: 1 })])

  expect(await desire({ serviceId: 'Meter', desired: { kwh: 2 } })).toEqual(changed)

  expect(await shadow()).toEqual([
    {
      serviceId: 'Meter',
      desired: { properties: { kwh: 2 }, time: NOON },
      reported: { properties: { kwh: 1 }, time: NOON, receivedAt: NOON },
      version: 2,
    },
  ])
})

test('device protocol §4.3: a version that is not the current one changes nothing, of no service', async () => {
  const { log, desire, shadow } = await setUp()
  await log.append([report({ kwh: 1 }), report({ kwh: 2 }, NOON + 1)])
  const before = await shadow()

  expect(
    await desire(
      { serviceId: 'Lamp', desired: { on: true }, version: 0 },
      { serviceId: 'Meter', desired: { kwh: 3 }, version: 1 },
    ),
  ).toEqual({ kind: 'version-differs', serviceId: 'Meter', version: 2 })
  expect(await shadow()).toEqual(before)

  expect(
    await desire(
      { serviceId: 'Lamp', desired: { on: true }, version: 0 },
      { serviceId: 'Meter', desired: { kwh: 3 }, version: 2 },
    ),
  ).toEqual(changed)
  expect((await shadow()).map(({ version }) => version)).toEqual([1, 3])
})

test('device protocol §4.3: of two writers that have seen one version, one wins', async () => {
  const { desire, shadow } = await setUp()

  const outcomes = await Promise.all(
    [1, 2, 3, 4].map((kwh) => desire({ serviceId: 'Meter', desired: { kwh }, version: 0 })),
  )

  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual([
    'changed',
    'version-differs',
    'version-differs',
    'version-differs',
  ])
  expect(await shadow()).toMatchObject([{ version: 1 }])
})

test('device protocol §4.4: clearing what was never there makes no service', async () => {
  const { desire, shadow } = await setUp()

  expect(
    await desire({ serviceId: 'Lamp', desired: {} }, { serviceId: 'Meter', desired: { kwh: null } }),
  ).toEqual(changed)

  expect(await shadow()).toEqual([])
})

test('northbound §4.5: a deleted shadow has no values left; what is reported next begins anew, with a higher version', async () => {
  const { log, desire, deleteShadow, shadow, restart } = await setUp()
  await log.append([report({ kwh: 1 })])
  await desire({ serviceId: 'Meter', desired: { kwh: 2 } })

  expect(await deleteShadow()).toEqual(changed)
  expect(await shadow()).toEqual([{ serviceId: 'Meter', version: 3 }])
  await restart()
  await log.append([report({ other: 1 }, NOON + 1)])

  expect(await shadow()).toMatchObject([{ reported: { properties: { other: 1 } }, version: 4 }])
  expect((await shadow())[0]).not.toHaveProperty('desired')
})

test('a shadow holds a bounded number of services', async () => {
  const { desire, shadow } = await setUp()
  const services = Array.from({ length: limits.shadowServicesMax + 1 }, (_, n) => ({
    serviceId: `S${n}`,
    desired: { p: n },
  }))

  expect(await desire(...services)).toEqual({ kind: 'full', serviceId: `S${limits.shadowServicesMax}` })
  expect(await shadow(), 'all or nothing').toEqual([])
  expect(await desire(...services.slice(1))).toEqual(changed)
  expect(await desire({ serviceId: 'S0', desired: { p: 1 } })).toMatchObject({ kind: 'full' })
})

test('S16: what is desired of a deleted device is nothing to the next one of its id', async () => {
  const { config, desire, shadow } = await setUp()
  await config({ change: 'device-created', desired: { Meter: { kwh: 5 } } })
  await config({ change: 'device-deleted' })

  expect(await desire({ serviceId: 'Meter', desired: { kwh: 6 } })).toEqual({ kind: 'no-device' })
  await config({ change: 'device-created', desired: {} })

  expect(await shadow()).toEqual([])
})

test('R4, R5: a change is applied once, also by projections that are opened again', async () => {
  const { desire, shadow, restart } = await setUp()
  await desire({ serviceId: 'Meter', desired: { kwh: 6 } })
  const before = await shadow()

  await restart()

  expect(await shadow()).toEqual(before)
  expect(await desire({ serviceId: 'Meter', desired: { kwh: 7 }, version: 1 })).toEqual(changed)
})

test('a change that cannot be written is told to its writer and waited for no longer', async () => {
  const projections = await openProjections({
    file: join(temporaryFolder(), 'projections.db'),
    historyFolder: temporaryFolder(),
    log: openLog(join(temporaryFolder(), 'log')),
  })
  onTestFinished(() => projections.close())

  await expect(
    projections.outcomeOf('c', () => Promise.reject(new Error('the disk is full'))),
  ).rejects.toThrow('the disk is full')
})

test('device protocol §4.4: a report that does not show what is desired is told of, at most once a minute', async () => {
  const { log, desire, catchUp, differing } = await setUp()
  const reports = async (...entries: readonly NewEntry[]) => {
    await log.append(entries)
    await catchUp()
    return differing().length
  }
  expect(await reports(report({ kwh: 1 })), 'nothing is desired').toBe(0)
  await desire({ serviceId: 'Meter', desired: { kwh: 2 } })
  expect(differing(), 'of the change, its writer tells').toEqual([])

  const minute = limits.desiredPushMillis
  expect(await reports(report({ kwh: 1 }, NOON + 1), report({ kwh: 1 }, NOON + 2))).toBe(1)
  expect(await reports(report({ kwh: 1 }, NOON + minute))).toBe(0)
  expect(await reports(report({ kwh: 1 }, NOON + 1 + minute))).toBe(1)
  expect(await reports(report({ kwh: 2 }, NOON + 9 * minute)), 'adopted').toBe(0)
  expect(await reports(report({ kwh: 3 }, NOON + 10 * minute)), 'and given up again').toBe(1)
})

test('device protocol §4.4: so is one of the reports that there are most of, and its values are in the shadow it is held against', async () => {
  const { log, desire, catchUp, differing, shadow } = await setUp()
  const writer = new RecordWriter()
  const reports = async (...values: readonly (readonly [kwh: number, at: number])[]) => {
    for (const [kwh, at] of values)
      writer.storedReport(
        reportSource(DEVICE, PROJECT),
        at,
        Buffer.from(`{"services":[{"service_id":"Meter","properties":{"kwh":${kwh}}}]}`),
        false,
      )
    await log.appendRecords(writer.take(), values.length)
    await catchUp()
    return differing().length
  }
  const minute = limits.desiredPushMillis
  expect(await reports([1, NOON], [2, NOON + 1], [3, NOON + 2])).toBe(0)
  expect(await desire({ serviceId: 'Meter', desired: { kwh: 4 }, version: 3 })).toEqual(changed)

  expect(await reports([4, NOON + 3], [4, NOON + 4])).toBe(0)
  expect(await reports([3, NOON + 5], [4, NOON + 6])).toBe(1)
  expect(await reports([3, NOON + 6 + minute], [4, NOON + 7 + minute])).toBe(1)
  expect(await shadow()).toMatchObject([{ reported: { properties: { kwh: 4 } }, version: 10 }])
})

test('device protocol §4.4: another service of the device may be the one that differs', async () => {
  const { log, desire, catchUp, differing } = await setUp()
  await desire({ serviceId: 'Lamp', desired: { on: true } })

  await log.append([report({ kwh: 1 })])
  await catchUp()

  expect(differing()).toEqual([DEVICE])
})

test('device protocol §4.4: what a device is created with is desired of it, also after a restart', async () => {
  const { log, config, catchUp, differing, restart } = await setUp()
  await config({ change: 'device-created', desired: { Meter: { kwh: 5 } } })
  await catchUp()
  await restart()

  await log.append([report({ kwh: 1 })])
  await catchUp()

  expect(differing()).toEqual([DEVICE])
})

test('device protocol §4.4: nothing is desired any more, so reports are not looked at', async () => {
  const { log, desire, deleteShadow, catchUp, differing } = await setUp()
  for (const end of [() => desire({ serviceId: 'Meter', desired: {} }), deleteShadow]) {
    await desire({ serviceId: 'Meter', desired: { kwh: 5 } })
    await end()

    await log.append([report({ kwh: 1 })])
    await catchUp()

    expect(differing()).toEqual([])
  }
})
