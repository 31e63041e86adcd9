import { expect, test } from 'vitest'
import type { DeviceId, Position } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { compileModel } from '../domain/product-model/check-value.ts'
import { LogWriteError } from '../log/log.ts'
import { aModel, anUplink, aReport, DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { createIngest, type IngestDeps } from './accept.ts'

const model = compileModel(aModel({ Meter: { kwh: { max: '100' } } }))

function anIngest(deps: Partial<IngestDeps> = {}) {
  const entries: NewEntry[] = []
  const log: IngestDeps['log'] = {
    append: (added) => {
      entries.push(...added)
      return Promise.resolve(added.map((_, index) => (entries.length + index) as Position))
    },
    findReport: () => Promise.resolve(undefined),
    ...deps.log,
  }
  return { entries, ...createIngest({ modelOf: () => model, limits, ...deps, log }) }
}

test('a report that fits is appended with its payload and verdict, and acknowledged with 0x00', async () => {
  const { accept, entries } = anIngest()

  const acceptance = await accept(anUplink({ payload: Buffer.from('{"x":1}'), requestId: 'r1' }))

  expect(acceptance).toMatchObject({ reasonCode: 0x00, userProperties: [['verdict', 'report-stored']] })
  expect(acceptance.reasonString).toBeUndefined()
  expect(entries).toEqual([
    {
      kind: 'report',
      at: NOON,
      projectId: PROJECT,
      deviceId: DEVICE,
      body: {
        topic: `$oc/devices/${DEVICE}/sys/properties/report`,
        payload: '{"x":1}',
        payloadEncoding: 'utf8',
        requestId: 'r1',
        verdict: acceptance.verdict,
      },
    },
  ])
})

test('design §3.1: a report that is stored in part gets 0x00 and a reason string', async () => {
  const { accept } = anIngest()

  const acceptance = await accept(anUplink({ report: aReport({ Meter: { kwh: 101 }, $sdk: { v: 1 } }) }))

  expect(acceptance).toMatchObject({
    reasonCode: 0x00,
    reasonString: "Property 'kwh' of service 'Meter' must be at most 100; 101 is above.",
    userProperties: [['verdict', 'value-above-max']],
  })
})

test('design §3.1: a report of which nothing is stored gets 0x99, and its entry keeps payload and verdict', async () => {
  const { accept, entries } = anIngest()

  const acceptance = await accept(anUplink({ report: aReport({ Lamp: { on: true } }) }))

  expect(acceptance).toMatchObject({
    reasonCode: 0x99,
    reasonString: "The product model has no service 'Lamp'.",
  })
  expect(entries).toMatchObject([
    { kind: 'report', body: { verdict: { outcome: 'refused', code: 'service-unknown' } } },
  ])
})

test('device protocol §4.2: a report above 64 KB gets 0x95, and only its beginning is kept', async () => {
  const { accept, entries } = anIngest()
  const payload = Buffer.alloc(limits.reportBytesMax + 1, 'ä')

  const acceptance = await accept(anUplink({ payload, report: aReport({ Meter: { kwh: 1 } }) }))

  expect(acceptance).toMatchObject({
    reasonCode: 0x95,
    verdict: { outcome: 'refused', code: 'report-too-large' },
  })
  expect(entries).toMatchObject([{ body: { payloadBytes: payload.length } }])
  expect(JSON.stringify(entries).length).toBeLessThan(4096)
})

test('a payload too large by its parser’s count, for instance unpacked, gets 0x95 too', async () => {
  const report = {
    kind: 'unreadable',
    code: 'report-too-large',
    params: { bytes: 1e6, limit: 65_536 },
  } as const

  expect(await anIngest().accept(anUplink({ report }))).toMatchObject({ reasonCode: 0x95 })
})

test('R1: nothing is acknowledged before the append is durable', async () => {
  const durable = Promise.withResolvers<readonly Position[]>()
  const { accept } = anIngest({
    log: { append: () => durable.promise, findReport: () => Promise.resolve(undefined) },
  })
  let acknowledged = false

  const accepted = accept(anUplink()).then(() => (acknowledged = true))
  await new Promise(setImmediate)
  expect(acknowledged).toBe(false)
  durable.resolve([1 as Position])

  await expect(accepted).resolves.toBe(true)
})

test('R2: a log that cannot be written rejects the uplink, and the next one is tried anew', async () => {
  let broken = true
  const { accept } = anIngest({
    log: {
      append: () =>
        broken ? Promise.reject(new LogWriteError('disk full')) : Promise.resolve([1 as Position]),
      findReport: () => Promise.resolve(undefined),
    },
  })

  await expect(accept(anUplink())).rejects.toBeInstanceOf(LogWriteError)
  broken = false
  await expect(accept(anUplink())).resolves.toMatchObject({ reasonCode: 0 })
})

test('R4: a redelivery takes the receive time of the report it repeats, looked for over ten minutes', async () => {
  const asked: unknown[] = []
  const { accept, entries } = anIngest({
    log: {
      append: (added) => {
        entries.push(...added)
        return Promise.resolve([1 as Position])
      },
      findReport: (...query) => {
        asked.push(query)
        return Promise.resolve(NOON - 5000)
      },
    },
  })
  const uplink = anUplink({ redelivered: true })

  const { verdict } = await accept(uplink)

  expect(asked).toEqual([[DEVICE, uplink.payload, NOON - 600_000]])
  expect(entries).toMatchObject([{ at: NOON - 5000, body: { repeats: true } }])
  expect(verdict?.services[0]).toMatchObject({ time: NOON - 5000, timeSource: 'received' })
})

test('R4: a redelivery of a report that never arrived, and a first delivery, take the time they came', async () => {
  const { accept, entries } = anIngest()

  await accept(anUplink({ redelivered: true }))
  await accept(anUplink())

  for (const entry of entries) {
    expect(entry.at).toBe(NOON)
    expect(entry.body).not.toHaveProperty('repeats')
  }
})

test('R2: a log that cannot be asked about a redelivery counts as one that cannot be written', async () => {
  const { accept, entries } = anIngest({
    log: { append: () => Promise.resolve([]), findReport: () => Promise.reject(new Error('read fault')) },
  })

  await expect(accept(anUplink({ redelivered: true }))).rejects.toBeInstanceOf(LogWriteError)
  expect(entries).toEqual([])
})

test('MQTT 5.0 §4.6: uplinks of one device are appended in the order they came, those of others do not wait', async () => {
  const slow = Promise.withResolvers<typeof model>()
  const { accept, entries } = anIngest({ modelOf: (key) => (key === 'slow' ? slow.promise : model) })
  const other = 'other' as DeviceId

  const all = [
    accept(anUplink({ productKey: 'slow', payload: Buffer.from('1') })),
    accept(anUplink({ payload: Buffer.from('2') })),
    accept(anUplink({ deviceId: other, payload: Buffer.from('3') })),
  ]
  await all[2]
  slow.resolve(model)
  await Promise.all(all)

  expect(entries.map(({ body }) => 'payload' in body && body.payload)).toEqual(['3', '1', '2'])
})

test('a model that cannot be read rejects its own uplink and stops no later one', async () => {
  let fails = true
  const { accept, entries } = anIngest({
    modelOf: () => (fails ? Promise.reject(new Error('registry')) : model),
  })
  const first = accept(anUplink())
  await expect(first).rejects.toThrow('registry')
  fails = false

  await accept(anUplink())

  expect(entries).toHaveLength(1)
})

test('messages, events and responses are kept as they came, also when they are no text', async () => {
  const { accept, entries } = anIngest()
  const { report: _, ...opaque } = anUplink()
  const bytes = Buffer.from([0xef, 0xbb, 0xbf, 0x31])

  await accept({ ...opaque, kind: 'message-up', payload: Buffer.from([0xff]) })
  await expect(accept({ ...opaque, kind: 'event-up', payload: bytes })).resolves.toEqual({ reasonCode: 0x00 })

  expect(entries).toMatchObject([
    { kind: 'message-up', body: { payload: '/w==', payloadEncoding: 'base64' } },
    { kind: 'event-up', body: { payload: '\ufeff1', payloadEncoding: 'utf8' } },
  ])
})

test('a reason string is short, whatever the device sent', async () => {
  const { accept } = anIngest()

  const { reasonString } = await accept(
    anUplink({ report: aReport({ ['x\0'.repeat(9000)]: { ['y'.repeat(9000)]: 1 } }) }),
  )

  expect(reasonString?.length).toBeLessThanOrEqual(256)
  expect(reasonString).not.toContain('\0')
})
