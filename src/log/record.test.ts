import fc from 'fast-check'
import { expect, test } from 'vitest'
import { aReportVerdict, aStatusEntry, DEVICE, NOON, PROJECT } from '../../tests/support/builders.ts'
import type { DeviceId, Position, ProjectId } from '../base/ids.ts'
import type { Entry, NewEntry } from '../domain/entry/entry.ts'
import { deviceHash, RecordCursor, RecordWriter, reportSource } from './record.ts'

const text = fc.string({ unit: 'grapheme', maxLength: 60 }).filter((raw) => raw.isWellFormed())
const deviceId = fc.stringMatching(/^[A-Za-z0-9_-]{1,128}$/).map((id) => id as DeviceId)
const projectId = fc.stringMatching(/^[0-9a-f]{32}$/).map((id) => id as ProjectId)
const at = fc.integer({ min: 0, max: 4e12 })
const repeats = fc.boolean()

/** A report whose payload alone is kept. */
const stored = fc.record({
  kind: fc.constant('stored' as const),
  at,
  deviceId,
  projectId,
  payload: text,
  repeats,
})
const report = fc
  .record({ at, deviceId, projectId, payload: text, repeats })
  .map(({ repeats, payload, ...rest }): NewEntry => ({
    kind: 'report',
    ...rest,
    body: {
      topic: `$oc/devices/${rest.deviceId}/sys/properties/report`,
      payload,
      payloadEncoding: 'utf8',
      verdict: aReportVerdict(),
      ...(repeats ? { repeats: true as const } : {}),
    },
  }))
const audit = fc.record({ at, projectId, action: text }).map(({ at, projectId, action }): NewEntry => ({
  kind: 'audit',
  at,
  projectId,
  body: { action, actor: 'a', address: 'b', outcome: 'done' },
}))
const status = fc
  .record({ at, deviceId, connection: text })
  .map(({ at, deviceId, connection }) => aStatusEntry({ connection }, { at, deviceId }))

test('Q1: records read as what was written, whatever stands beside them', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(stored, report, audit, status), { maxLength: 20 }), (written) => {
      const writer = new RecordWriter(64)
      for (const entry of written)
        if (entry.kind === 'stored')
          writer.storedReport(
            reportSource(entry.deviceId, entry.projectId),
            entry.at,
            Buffer.from(entry.payload),
            entry.repeats,
          )
        else writer.entry(entry)
      expect(writer.count).toBe(written.length)
      const bytes = writer.bytes
      const records = writer.take()
      expect([records.length, writer.count, writer.bytes]).toEqual([bytes, 0, 0])

      const cursor = new RecordCursor()
      const verdict = aReportVerdict({ values: { read: true } })
      let start = 0
      const read = written.map((_, index) => {
        cursor.move(records, start)
        start += cursor.size
        expect(cursor.hash).toBe(cursor.deviceId === '' ? 0 : deviceHash(cursor.deviceId))
        return cursor.entry((index + 1) as Position, () => verdict)
      })

      expect(start).toBe(records.length)
      expect(read).toEqual(
        written.map((entry, index): unknown => ({
          position: index + 1,
          ...(entry.kind === 'stored' ? asEntry(entry, verdict) : entry),
        })),
      )
    }),
  )
})

function asEntry(
  { at, deviceId, projectId, payload, repeats }: typeof stored extends fc.Arbitrary<infer T> ? T : never,
  verdict: unknown,
): Omit<Entry, 'position'> {
  const topic = `$oc/devices/${deviceId}/sys/properties/report`
  return {
    kind: 'report',
    at,
    deviceId,
    projectId,
    body: { topic, payload, payloadEncoding: 'utf8', ...(repeats ? { repeats: true } : {}), verdict },
  } as Omit<Entry, 'position'>
}

test('what is needed to pass over a record stands in its header', () => {
  const writer = new RecordWriter()
  const payload = Buffer.from('{"a":"é"}')
  writer.storedReport(reportSource(DEVICE, PROJECT), NOON, payload, true)
  const cursor = new RecordCursor()
  cursor.move(writer.take(), 0)

  expect(cursor).toMatchObject({
    kind: 'report',
    at: NOON,
    deviceId: DEVICE,
    projectId: PROJECT,
    isStoredReport: true,
    repeats: true,
    previous: 0,
    hash: deviceHash(DEVICE),
  })
  expect(cursor.body).toEqual(payload)
  cursor.previous = 4711
  expect([cursor.previous, cursor.at]).toEqual([4711, NOON])
})

test('R4: a repeated report says so in its header, also where its body is JSON', () => {
  const writer = new RecordWriter()
  const body = { topic: 't', payload: '{}', payloadEncoding: 'utf8', verdict: aReportVerdict() } as const
  for (const repeats of [{}, { repeats: true }] as const)
    writer.entry({
      kind: 'report',
      at: NOON,
      deviceId: DEVICE,
      projectId: PROJECT,
      body: { ...body, ...repeats },
    })
  const records = writer.take()
  const cursor = new RecordCursor()
  cursor.move(records, 0)

  expect(cursor.repeats).toBe(false)
  cursor.move(records, cursor.size)
  expect(cursor.repeats).toBe(true)
})

test('the hash of a device is never 0, which stands for none', () => {
  fc.assert(fc.property(deviceId, (id) => deviceHash(id) > 0 && deviceHash(id) <= 0xffffffff))
})
