import { Buffer } from 'node:buffer'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import { systemTopics } from '../../src/codec/topic/system-topics.ts'
import { connectDevice, type ListeningDevice } from '../support/listening-device.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import {
  loadReport,
  type RegisteredDevice,
  registerDevice,
  registerProduct,
} from '../support/registered-device.ts'

/*
 * Issue 5, "Done when" 4: bad input on every topic. Each topic of the catalogue (device protocol §3.0.1) gets each bad
 * payload, in 3.1.1 and 5.0, through the whole platform: it is answered as documented, the connection stands, what came
 * of it is in the entries of the sender, and a device that listens to all it may hears nothing.
 */

let quayside: Quayside
let product: string
/** It listens to everything, and nothing is for it. */
let victim: RegisteredDevice
let listening: ListeningDevice
beforeAll(async () => {
  quayside = await startQuayside()
  product = await registerProduct(quayside)
  victim = await registerDevice(quayside, product, 'victim')
  listening = await connectDevice(quayside, victim, 5)
  const { deviceId: id } = victim
  await listening.client.subscribeAsync(
    ['#', `$oc/devices/${id}/#`, `$oc/m2m/to/${id}/#`, '$oc/broadcast/all', `/huawei/v1/devices/${id}/#`],
    { qos: 1 },
  )
})
afterAll(async () => {
  await listening.end()
  await quayside.dispose()
})

let count = 0
const aDevice = () => registerDevice(quayside, product, `hostile${++count}`)

/** Everything that a device left in the log, oldest first; all of it fits on a page. */
async function entries({ deviceId }: RegisteredDevice, kinds: string): Promise<readonly Body[]> {
  const path = `/quayside/v1/{project}/devices/${deviceId}/entries?limit=200&kinds=${kinds}`
  return (await quayside.api('GET', path)).body.entries.toReversed()
}

/** What a publish was answered with: 0 on 3.1.1, which has no other answer. */
const publish = (connected: ListeningDevice, topic: string, payload: Uint8Array): Promise<number> =>
  connected.client.publishAsync(topic, Buffer.from(payload), { qos: 1 }).then(
    (packet) => (packet as { reasonCode?: number } | undefined)?.reasonCode ?? 0,
    (fault: { code: number }) => fault.code,
  )

const bytes = (text: string) => Buffer.from(text)
const json = (value: unknown) => bytes(JSON.stringify(value))
const nested = (depth: number) => bytes(`${'{"services":['.repeat(depth)}${']}'.repeat(depth)}`)
const values = { n: 666, twice: 1332 }

/** None of them is what its topic asks for; a request for a shadow may be empty. */
const payloads = (): readonly (readonly [what: string, payload: Uint8Array])[] => [
  ['nothing', bytes('')],
  ['a text that is no JSON', bytes('{"services":[')],
  ['a number', bytes('7')],
  ['null', bytes('null')],
  ['a list', bytes('[{"service_id":"Load"}]')],
  ['members of the wrong type', json({ services: 7, devices: 'x', msgType: [], paras: 1, result_code: {} })],
  ['entries of the wrong type', json({ services: [null, 7, 'x', [], {}], devices: [7], data: [7] })],
  ['10,000 levels', nested(10_000)],
  [
    'numbers beyond every range',
    bytes(`{"services":[{"service_id":"Load","properties":{"n":1e999,"twice":${'9'.repeat(400)}}}]}`),
  ],
  ['bytes that are no UTF-8', Buffer.from('7b22ff22c3283a80bf7d00ff', 'hex')],
  [
    'names of JavaScript',
    bytes('{"__proto__":{"services":[]},"constructor":{"prototype":1},"services":[{"__proto__":1}]}'),
  ],
  ['a megabyte', Buffer.alloc(1024 * 1024, 0x20)],
  [
    "another device's id",
    json({
      object_device_id: victim.deviceId,
      to: victim.deviceId,
      msgType: 'deviceRsp',
      mid: 1,
      devices: [{ device_id: victim.deviceId, services: [{ service_id: 'Load', properties: values }] }],
      services: [
        {
          service_id: '$sub_device_manager',
          event_type: 'sub_device_update_status',
          paras: { device_statuses: [{ device_id: victim.deviceId, status: 'OFFLINE' }] },
        },
      ],
    }),
  ],
]

/** Milliseconds between looks and in all: a busy machine writes late. */
const patience = { interval: 100, timeout: 30_000 }

const rows = systemTopics()
const written = (topic: string, id: string) =>
  topic.replace('{device_id}', id).replace('{bridge_id}', id).replace('{request_id}', 'r-1')
const own = (id: string) =>
  rows.filter(({ direction }) => direction === 'up').map((row) => ({ ...row, topic: written(row.topic, id) }))

/** What the platform keeps of a publish on each topic that it serves. */
const keptAs: Readonly<Record<string, string>> = {
  'message-up': 'message-up',
  'sub-device-message-up': 'message-up',
  'legacy-data-binary': 'message-up',
  'property-report': 'report',
  'legacy-data-json': 'report,response',
  // A batch without a device of the gateway's has a notice alone.
  'gateway-property-report': 'report,notice',
  'event-up': 'event-up',
  'property-set-response': 'response',
  'property-get-response': 'response',
  'command-response': 'response',
  'shadow-get': 'request',
  'bootstrap-up': 'request',
}

describe.for([
  ['3.1.1', 4],
  ['5.0', 5],
] as const)('MQTT %s', ([, version]) => {
  const connect = (device: RegisteredDevice) => connectDevice(quayside, device, version)

  /** It still takes what is right, and nobody else has heard of it. */
  async function isUnharmed(device: RegisteredDevice, connected: ListeningDevice): Promise<void> {
    expect(await publish(connected, device.reportTopic, bytes(loadReport(1)))).toBe(0)
    expect(listening.left(), 'nothing reaches another device').toEqual([])
  }

  test.for(Object.keys(keptAs))(
    'bad payloads on %s are kept, and their verdicts or notices',
    async (kind) => {
      const device = await aDevice()
      const connected = await connect(device)
      const topic = own(device.deviceId).find((row) => row.kind === kind)?.topic ?? ''
      const codes: number[] = []
      for (const [, payload] of payloads()) codes.push(await publish(connected, topic, payload))

      const isReport = ['property-report', 'gateway-property-report', 'legacy-data-json'].includes(kind)
      const known = isReport ? [0, 0x97, 0x99] : [0]
      expect(codes.filter((code) => !known.includes(code))).toEqual([])
      const kept = await entries(device, keptAs[kind] ?? '')
      expect(kept).toHaveLength(codes.length)
      // Whatever is no message says of each what was wrong with it.
      const judged = kept
        .filter(({ body }) => body.verdict !== undefined)
        .map(({ body }) => body.verdict.outcome)
      expect(judged.filter((outcome) => outcome === 'accepted')).toEqual([])
      // What can be understood of a request or an event is answered.
      let answered = 0
      const acted = kept.filter(({ kind: each }) =>
        ['response', 'request', 'event-up', 'notice'].includes(each),
      ).length
      await expect
        .poll(async () => {
          answered += connected.left().length
          return answered + (await entries(device, 'notice')).length
        })
        .toBeGreaterThanOrEqual(acted)
      await isUnharmed(device, connected)
      await connected.end()
    },
  )

  test.for(['message-up', 'property-report'])(
    'device protocol §3.0.2: what is no gzip, or too much of it, is dropped on %s, and told',
    async (kind) => {
      const device = await aDevice()
      const connected = await connect(device)
      const topic = `${own(device.deviceId).find((row) => row.kind === kind)?.topic}?encoding=gzip`
      const whole = gzipSync(loadReport(2))
      const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024))
      const bad = [
        bytes(''),
        bytes('no gzip'),
        whole.subarray(0, 20),
        Buffer.concat([whole, bytes('x')]),
        bomb,
      ]
      const codes: number[] = []
      for (const payload of bad) codes.push(await publish(connected, topic, payload))

      const told = version === 5 ? [0x99, 0x99, 0x99, 0x99, 0x97] : [0, 0, 0, 0, 0]
      expect(codes).toEqual(told)
      await expect
        .poll(async () => (await entries(device, 'audit')).map(({ body }) => body.detail.code))
        .toEqual([...Array(4).fill('gzip-corrupt'), 'payload-too-large'])
      expect(await publish(connected, topic, whole)).toBe(0)
      await isUnharmed(device, connected)
      await connected.end()
    },
  )

  test('device protocol §3.0.2: topics that only the platform, another device or nobody may publish to are refused, whatever comes', async () => {
    const device = await aDevice()
    const connected = await connect(device)
    const { deviceId: id } = device
    const { deviceId: other } = victim
    const refused = [
      ...rows.filter(({ direction }) => direction === 'down').map(({ topic }) => written(topic, id)),
      // A child's shadow may be asked for; who is no child is told of by a notice.
      ...rows.filter(({ kind }) => kind !== 'shadow-get').map(({ topic }) => written(topic, other)),
      ...rows.filter(({ kind }) => kind.startsWith('bridge-')).map(({ topic }) => written(topic, id)),
      `$oc/devices/${other}/user/a`,
      `$oc/devices/${id}/user/a//b`,
      `$oc/devices/${id}/user/${'x'.repeat(65)}`,
      '$oc/broadcast/all',
      `$oc/m2m/to/${other}/from/${other}/request_id=1`,
      `$oc/m2m/to/${id}/from/${other}/request_id=1`,
      `$oc/devices/${id}/sys/commands/response/request_id=`,
      `$oc/devices/${id}/sys/commands/response/request_id=${'r'.repeat(129)}`,
      `$oc/devices/${id}/../${other}/sys/messages/up`,
      `$oc/devices/${id}%2f${other}/sys/messages/up`,
      `$oc/devices/${id.toUpperCase()}x/sys/messages/up`,
      '$oc/devices//sys/messages/up',
      '$SYS/broker',
      '$share/g/a',
      '/huawei/v1/devices/x',
      'a/b/c/d/e/f/g/h/i',
      'x'.repeat(limits.customTopicBytesMax + 1),
    ]
    for (const topic of refused) {
      const codes = await Promise.all(
        payloads()
          .filter(([, payload]) => payload.length < 100_000)
          .map(([, payload]) => publish(connected, topic, payload)),
      )
      const told = version === 5 ? [0x87, 0x90] : [0]
      expect([topic, codes.filter((code) => !told.includes(code))]).toEqual([topic, []])
    }
    await isUnharmed(device, connected)
    expect(await entries(device, 'message-up,event-up,response,request')).toEqual([])
    // Not of every publish of a flood (limits.deniedPublishesPerSecondMax), but of each topic.
    for (const topic of new Set(refused))
      await expect
        .poll(async () => {
          await publish(connected, topic, bytes('{}'))
          return (await entries(device, 'audit')).some(({ body }) => body.target === topic)
        }, patience)
        .toBe(true)
    expect(listening.left()).toEqual([])
    await connected.end()
  })

  test('custom topics and messages to devices that are not there are kept, and reach nobody', async () => {
    const device = await aDevice()
    const connected = await connect(device)
    const { deviceId: id } = device
    const topics = [
      `$oc/devices/${id}/user/a/b`,
      'any/topic',
      `$oc/m2m/to/ghost/from/${id}/request_id=1`,
      `$oc/devices/${victim.deviceId}/sys/shadow/get/request_id=r-1`,
    ]
    const codes: number[] = []
    for (const topic of topics)
      for (const [, payload] of payloads()) codes.push(await publish(connected, topic, payload))

    expect(codes.filter((code) => code !== 0)).toEqual([])
    expect(await entries(device, 'message-up,request')).toHaveLength(codes.length)
    // Of the relay and of the shadow.
    const noticed = async () => (await entries(device, 'notice')).map(({ body }) => body.code)
    await expect.poll(noticed).toHaveLength(2 * payloads().length)
    expect(new Set(await noticed())).toEqual(
      new Set(['relay-target-unknown', 'shadow-foreign', 'payload-not-json', 'payload-invalid']),
    )
    await isUnharmed(device, connected)
    await connected.end()
  })
})

test('S13: after all of it the platform is well, has logged no fault, and the other device is as it was', async () => {
  const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${victim.deviceId}/shadow`)
  expect(body.shadow).toEqual([])
  const said = await entries(victim, 'report,message-up,event-up,response,request,notice,downlink,audit')
  expect(said).toEqual([])
  const { body: shown } = await quayside.api('GET', `/v5/iot/{project}/devices/${victim.deviceId}`)
  expect(shown.status).toBe('ONLINE')

  const faults = quayside
    .output()
    .split('\n')
    .filter((line) => line.startsWith('{') && (JSON.parse(line) as { level: number }).level >= 50)
  expect(faults).toEqual([])
  const metrics = await (await fetch(`http://127.0.0.1:${quayside.ports.http}/metrics`)).text()
  expect(metrics.match(/^quayside_listener_faults_total\{.*\} [1-9]/gm)).toBeNull()
  expect((await fetch(`http://127.0.0.1:${quayside.ports.http}/health/ready`)).status).toBe(200)
})
