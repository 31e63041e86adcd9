import { expect, test } from 'vitest'
import { decideConnection } from './decide-connection.ts'
import type { ConnectionVerdict, ReportVerdict } from './verdict.ts'
import { connectionVerdictBody, reportVerdictBody } from './wire.ts'

const verdict: ConnectionVerdict = {
  kind: 'connection',
  outcome: 'refused',
  code: 'certificate-ca-unverified',
  params: { issuer: 'zhangsan' },
  steps: [
    { name: 'tls', outcome: 'ok', seen: { version: 'TLSv1.3', resumed: false } },
    {
      name: 'chain',
      outcome: 'failed',
      code: 'certificate-ca-unverified',
      params: { issuer: 'zhangsan' },
      seen: { issuer: 'CN=zhangsan' },
      expected: { ca_status: 'verified' },
    },
  ],
  answer: { mqtt: 4, mqtt5: 0x86, http: null },
  subject: {
    deviceId: 'dev1',
    clientId: 'dev1_0_0_2026112220',
    address: '192.0.2.7:50514',
    listener: 'mqtts',
  },
  at: Date.parse('2026-11-22T20:15:00.123Z'),
  durationMicros: 812,
}

test('contracts §2: a connection’s verdict on the wire', () => {
  const body = connectionVerdictBody('17', verdict, 'en')
  expect(body).toEqual({
    id: '17',
    kind: 'connection',
    outcome: 'refused',
    code: 'certificate-ca-unverified',
    sentence: "The certificate is signed by 'zhangsan', which is uploaded but not verified.",
    remedy: expect.stringContaining(
      'Upload a verification certificate for it (Devices > Device CA Certificates)',
    ) as unknown,
    at: '2026-11-22T20:15:00.123Z',
    duration_us: 812,
    subject: {
      device_id: 'dev1',
      client_id: 'dev1_0_0_2026112220',
      address: '192.0.2.7:50514',
      listener: 'mqtts',
    },
    params: { issuer: 'zhangsan' },
    steps: [
      { name: 'tls', outcome: 'ok', seen: { version: 'TLSv1.3', resumed: false } },
      {
        name: 'chain',
        outcome: 'failed',
        code: 'certificate-ca-unverified',
        params: { issuer: 'zhangsan' },
        sentence: expect.stringContaining('zhangsan') as unknown,
        remedy: expect.any(String) as unknown,
        seen: { issuer: 'CN=zhangsan' },
        expected: { ca_status: 'verified' },
      },
    ],
    answer: { mqtt: 4, mqtt5: '0x86', http: null },
  })
})

test('an explanation has no id, an accepted connection answers 0x00, a closed one nothing', () => {
  const connect = { protocolLevel: 4, clientId: '', keepAliveSeconds: 60 }
  const { verdict: refused } = decideConnection({ listener: 'mqtt', address: 'a' }, connect, undefined, 0)
  expect(connectionVerdictBody(undefined, refused, 'zh')).not.toHaveProperty('id')
  const answer = (mqtt: number | null) =>
    connectionVerdictBody('1', { ...verdict, answer: { mqtt, mqtt5: mqtt, http: null } }, 'en')['answer']
  expect(answer(0)).toEqual({ mqtt: 0, mqtt5: '0x00', http: null })
  expect(answer(null)).toEqual({ mqtt: null, mqtt5: null, http: null })
})

test('contracts §2: a report’s verdict on the wire', () => {
  const report: ReportVerdict = {
    kind: 'report',
    outcome: 'accepted',
    code: 'report-stored',
    params: {},
    services: [
      {
        serviceId: 'Battery',
        time: 0,
        timeSource: 'received',
        values: [{ property: 'batteryLevel', outcome: 'stored', seen: 80 }],
      },
    ],
  }
  expect(reportVerdictBody(report, 'en')).toEqual({
    kind: 'report',
    outcome: 'accepted',
    code: 'report-stored',
    sentence: 'All values of the report were stored.',
    remedy: '',
    params: {},
    services: [
      {
        service_id: 'Battery',
        time: '1970-01-01T00:00:00.000Z',
        time_source: 'received',
        time_code: null,
        values: [{ property: 'batteryLevel', outcome: 'stored', seen: 80 }],
      },
    ],
  })
})
