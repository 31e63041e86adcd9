import { expect, test } from 'vitest'
import type { DeviceId, Position } from '../base/ids.ts'
import { limits } from '../base/limits.ts'
import { readStored } from '../codec/payload/stored-report.ts'
import type { Entry } from '../domain/entry/entry.ts'
import { compileModel } from '../domain/product-model/check-value.ts'
import { decideReport } from '../domain/report/decide-report.ts'
import type { Acceptance } from '../domain/uplink/acceptance.ts'
import type { Lent, Uplink } from '../domain/uplink/uplink.ts'
import { LogWriteError } from '../log/log.ts'
import { RecordCursor } from '../log/record.ts'
import { aModel, anUplink, aReport, DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import { createIngest, type IngestDeps } from './accept.ts'
import type { Sender } from './batch.ts'

const model = compileModel(aModel({ Meter: { kwh: { max: '100' } } }))

/** Ingestion as promises, and what it has written. `append` stands for the log. */
function anIngest({
  append = () => Promise.resolve(1 as Position),
  findReport = () => Promise.resolve(undefined),
  ...deps
}: Partial<Omit<IngestDeps, 'log'>> & {
  readonly append?: () => Promise<Position>
  readonly findReport?: IngestDeps['log']['findReport']
} = {}) {
  const entries: Entry[] = []
  const appendRecords: IngestDeps['log']['appendRecords'] = (records, count) => {
    const cursor = new RecordCursor()
    let at = 0
    for (let i = 0; i < count; i++) {
      cursor.move(records, at)
      entries.push(cursor.entry((entries.length + 1) as Position, readStored))
      at += cursor.size
    }
    expect(at).toBe(records.length)
    return append()
  }
  const ingest = createIngest({
    modelOf: () => model,
    findPlace: () => undefined,
    limits,
    ...deps,
    log: { appendRecords, findReport },
  })
  const accept = (uplink: Uplink) =>
    new Promise<Acceptance>((resolve, reject) => {
      const sender = { accepted: (_: number, __: number, answer: Acceptance) => resolve(answer) }
      ingest.accept(
        uplink,
        {
          ...sender,
          notAccepted: (_, fault) => reject(fault instanceof Error ? fault : new Error(String(fault))),
        },
        1,
        1,
      )
    })
  /** Undefined: it was not taken. */
  const acceptReport = (from: Uplink, report: Lent): Promise<Acceptance> | undefined => {
    const { promise, resolve, reject } = Promise.withResolvers<Acceptance>()
    const sender: Sender = {
      accepted: (_, __, answer) => resolve(answer),
      notAccepted: (_, fault) => reject(fault instanceof Error ? fault : new Error(String(fault))),
    }
    return ingest.acceptReport(from, report, from.receivedAt, sender, 1) ? promise : undefined
  }
  return { entries, accept, acceptReport }
}

test('a report that fits is appended with its payload and verdict, and acknowledged with 0x00', async () => {
  const { accept, entries } = anIngest()

  const acceptance = await accept(anUplink({ requestId: 'r1' }))

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
        payload: '{"services":[{"service_id":"Meter","properties":{"kwh":1}}]}',
        payloadEncoding: 'utf8',
        requestId: 'r1',
        verdict: decideReport(model, aReport({ Meter: { kwh: 1 } }), NOON),
      },
      position: 1,
    },
  ])
})

test('a report that takes the quick way stands in the log as one that does not; what it cannot tell is left to the other', async () => {
  const { accept, acceptReport, entries } = anIngest()
  const text = (kwh: number) => `{"services":[{"service_id":"Meter","properties":{"kwh":${kwh}}}]}`
  const plain = (kwh: number) => anUplink({ payload: Buffer.from(text(kwh)), isPlainReport: true })
  const around = (payload: string) => ({
    bytes: Buffer.from(`###${payload}###`),
    start: 3,
    end: 3 + payload.length,
  })

  expect(acceptReport(plain(1), around(text(1)))).toBeUndefined()
  await accept(plain(1))
  const quick = acceptReport(plain(2), around(text(2)))
  expect(await quick).toEqual(await accept(plain(2)))
  expect(acceptReport(plain(101), around(text(101)))).toBeUndefined()
  expect(acceptReport(plain(3), around(text(3).replace('Meter', 'Other')))).toBeUndefined()

  expect(entries[1]).toEqual({ ...entries[2], position: 2 })
  expect(entries[1]).toMatchObject({ body: { payload: text(2), verdict: { outcome: 'accepted' } } })
  expect(entries).toHaveLength(3)
})

test('MQTT 5.0 §4.6: no report takes the quick way while one of its device waits, nor where times are read leniently', async () => {
  const slow = Promise.withResolvers<undefined>()
  const waits = anIngest({ findReport: () => slow.promise })
  const plain = anUplink({ isPlainReport: true })
  await waits.accept(plain)
  const first = waits.accept({ ...plain, redelivered: true })
  const { payload } = plain

  expect(waits.acceptReport(plain, { bytes: payload, start: 0, end: payload.length })).toBeUndefined()
  slow.resolve(undefined)
  await first
  expect(waits.acceptReport(plain, { bytes: payload, start: 0, end: payload.length })).toBeDefined()

  const lenient = anIngest({ lenientEventTime: true })
  await lenient.accept(plain)
  expect(lenient.acceptReport(plain, { bytes: payload, start: 0, end: payload.length })).toBeUndefined()
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

  const acceptance = await accept(anUplink({ payload }))

  expect(acceptance).toMatchObject({ reasonCode: 0x95, userProperties: [['verdict', 'report-too-large']] })
  expect(entries).toMatchObject([
    { body: { payloadBytes: payload.length, verdict: { outcome: 'refused', code: 'report-too-large' } } },
  ])
  expect(JSON.stringify(entries).length).toBeLessThan(4096)
})

test('R1: nothing is acknowledged before the append is durable', async () => {
  const durable = Promise.withResolvers<Position>()
  const { accept } = anIngest({ append: () => durable.promise })
  let acknowledged = false

  const accepted = accept(anUplink()).then(() => (acknowledged = true))
  await new Promise(setImmediate)
  expect(acknowledged).toBe(false)
  durable.resolve(1 as Position)

  await expect(accepted).resolves.toBe(true)
})

test('R2: a log that cannot be written rejects the uplink, and the next one is tried anew', async () => {
  let broken = true
  const { accept } = anIngest({
    append: () => (broken ? Promise.reject(new LogWriteError('disk full')) : Promise.resolve(1 as Position)),
  })

  await expect(accept(anUplink())).rejects.toBeInstanceOf(LogWriteError)
  broken = false
  await expect(accept(anUplink())).resolves.toMatchObject({ reasonCode: 0 })
})

test('R4: a redelivery takes the receive time of the report it repeats, looked for over ten minutes', async () => {
  const asked: unknown[] = []
  const { accept, entries } = anIngest({
    findReport: (...query) => {
      asked.push(query)
      return Promise.resolve(NOON - 5000)
    },
  })
  const uplink = anUplink({ redelivered: true })

  await accept(uplink)

  expect(asked).toEqual([[DEVICE, uplink.payload, NOON - 600_000]])
  const services = [{ time: NOON - 5000, timeSource: 'received' }]
  expect(entries).toMatchObject([{ at: NOON - 5000, body: { repeats: true, verdict: { services } } }])
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
    findReport: () => Promise.reject(new Error('read fault')),
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

const gatewayUplink = (ids: readonly string[]) =>
  anUplink({
    kind: 'gateway-report',
    payload: Buffer.from(
      JSON.stringify({
        devices: ids.map((device_id) => ({
          device_id,
          services: [{ service_id: 'Meter', properties: { kwh: 1 } }],
        })),
      }),
    ),
  })
const findPlace = () => ({ projectId: PROJECT, productKey: 'p', gatewayId: DEVICE })

test('R1, device protocol §3.4: the parts of a batch report are one append, and acknowledged once', async () => {
  const durable = Promise.withResolvers<Position>()
  const appended = Promise.withResolvers<void>()
  let appends = 0
  const { accept, entries } = anIngest({
    findPlace,
    append: () => {
      appends++
      appended.resolve()
      return durable.promise
    },
  })
  let acknowledged = 0

  const accepted = accept(gatewayUplink(['a', 'b', 'c'])).then(() => acknowledged++)
  await appended.promise
  expect(entries.map(({ deviceId }) => deviceId)).toEqual(['a', 'b', 'c'])
  expect(acknowledged).toBe(0)
  durable.resolve(1 as Position)

  await accepted
  expect([acknowledged, appends]).toEqual([1, 1])
})

test('R2: a batch report that cannot be written is not acknowledged', async () => {
  const { accept } = anIngest({
    findPlace,
    append: () => Promise.reject(new LogWriteError('disk full')),
  })

  await expect(accept(gatewayUplink(['a', 'b']))).rejects.toBeInstanceOf(LogWriteError)
})

test('MQTT 5.0 §4.6: a report behind a batch of the same gateway does not overtake it', async () => {
  const slow = Promise.withResolvers<typeof model>()
  const { accept, entries } = anIngest({
    findPlace,
    modelOf: (key) => (key === 'p' ? slow.promise : model),
  })

  const all = [accept(gatewayUplink(['a'])), accept(anUplink())]
  slow.resolve(model)
  await Promise.all(all)

  expect(entries.map(({ deviceId }) => deviceId)).toEqual(['a', DEVICE])
})

test('device protocol §3.0.3: a message that names a child is its entry; a stranger is told of beside it', async () => {
  const { accept, entries } = anIngest({
    findPlace: (id) => (id === 'a' ? findPlace() : undefined),
  })
  const topic = `$oc/devices/${DEVICE}/sys/messages/up`
  const message = (object_device_id: string) =>
    anUplink({ kind: 'message-up', topic, payload: Buffer.from(JSON.stringify({ object_device_id })) })

  await accept(message('a'))
  await accept(message('b'))

  expect(entries.map(({ kind, deviceId }) => `${kind} ${deviceId}`)).toEqual([
    'message-up a',
    `notice ${DEVICE}`,
    `message-up ${DEVICE}`,
  ])
})

test('messages, events and responses are kept as they came, also when they are no text', async () => {
  const { accept, entries } = anIngest()
  const opaque = anUplink()
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
