import { Buffer } from 'node:buffer'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { limits } from '../../base/limits.ts'
import { parseGatewayReport } from './gateway-report.ts'
import { parseReport } from './report.ts'

const bytes = (value: unknown) => Buffer.from(JSON.stringify(value))

test('device protocol §4.5: whatever stands in a part, it reads as the same report by itself', () => {
  const service = fc.record(
    {
      service_id: fc.oneof(fc.string(), fc.constant(null)),
      properties: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })), fc.jsonValue()),
      event_time: fc.oneof(fc.constant('20240102T030405Z'), fc.jsonValue({ maxDepth: 1 })),
      more: fc.jsonValue({ maxDepth: 1 }),
    },
    { requiredKeys: [] },
  )
  const services = fc.oneof(fc.array(service), fc.jsonValue({ maxDepth: 2 }))
  const device = fc.record({ device_id: fc.string(), services }, { requiredKeys: [] })
  fc.assert(
    fc.property(fc.array(device, { minLength: 1, maxLength: 5 }), (devices) => {
      const parsed = parseGatewayReport(bytes({ devices }))
      if (parsed.kind === 'unreadable') throw new Error(parsed.code)
      expect(parsed.parts).toHaveLength(devices.length)
      for (const [index, part] of parsed.parts.entries()) {
        expect(part.sentId).toBe(devices[index]?.device_id ?? '')
        expect(part.report).toEqual(parseReport(part.payload))
      }
    }),
  )
})

test('S11: any bytes are read or refused, never thrown', () => {
  const near = fc.jsonValue().map((devices) => bytes({ devices }))
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array(), fc.string().map(Buffer.from), near), (payload) => {
      expect(['parsed', 'unreadable']).toContain(parseGatewayReport(payload).kind)
    }),
  )
})

test('device protocol §0.3: null is the same as absent, and unknown members are ignored', () => {
  const services = [{ service_id: 'Meter', properties: { kwh: 1 } }]

  const parsed = parseGatewayReport(
    bytes({ object_device_id: null, devices: [{ device_id: 'm', services, more: 1 }, { device_id: null }] }),
  )

  expect(parsed).toMatchObject({
    kind: 'parsed',
    parts: [
      { sentId: 'm', deviceId: 'm', report: { kind: 'parsed' } },
      { sentId: '', deviceId: undefined, report: { code: 'report-services-missing' } },
    ],
  })
})

test('device protocol §6.1: as many devices and bytes as are taken, and no more', () => {
  const { gatewayReportChildrenMax: most, gatewayReportBytesMax: bytesMax } = limits
  const of = (count: number) => parseGatewayReport(bytes({ devices: Array(count).fill({}) }))

  expect(of(most).kind).toBe('parsed')
  expect(of(most + 1)).toMatchObject({ code: 'report-too-many-devices', params: { count: 101, limit: 100 } })
  expect(parseGatewayReport(Buffer.alloc(bytesMax + 1, 32))).toMatchObject({ code: 'report-too-large' })
})
