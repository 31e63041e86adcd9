import type { MqttClient } from 'mqtt'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectDevice, type ListeningDevice, requestIdOf } from '../support/listening-device.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { type RegisteredDevice, registerDevice, registerProduct } from '../support/registered-device.ts'

/*
 * Topics of the earlier platform (device protocol §3.14), through the whole platform and back.
 */

let quayside: Quayside
let product: string
beforeAll(async () => {
  quayside = await startQuayside()
  product = await registerProduct(quayside)
})
afterAll(() => quayside.dispose())

let count = 0
let device: RegisteredDevice
beforeEach(async () => void (device = await registerDevice(quayside, product, `old${++count}`)))

const call = (method: string, path: string, body?: unknown) =>
  quayside.api(method, `/v5/iot/{project}/devices/${device.deviceId}${path}`, body)
const own = (rest: string, id = device.deviceId) => `/huawei/v1/devices/${id}/${rest}`
const publish = ({ client }: ListeningDevice, topic: string, body: unknown) =>
  client.publishAsync(topic, typeof body === 'string' ? body : JSON.stringify(body), { qos: 1 })
const report = (n: number) => ({
  msgType: 'deviceReq',
  data: [{ serviceId: 'Load', serviceData: { n, twice: 2 * n }, eventTime: '20240102T030405Z' }],
})
const command = { service_id: '', command_name: 'switch', paras: { state: 'on' } }

/** Entries of the device in the log, oldest first. */
async function entries(kinds: string): Promise<readonly Body[]> {
  const path = `/quayside/v1/{project}/devices/${device.deviceId}/entries?kinds=${kinds}`
  return (await quayside.api('GET', path)).body.entries.toReversed()
}
const codes = async (kinds: string): Promise<readonly unknown[]> =>
  (await entries(kinds)).map(({ body }) => body.verdict?.code ?? body.code)

/** Reason codes of 5.0 PUBACKs, which MQTT.js makes errors of from 0x80 on. */
const reasonOf = async (publishing: Promise<unknown>): Promise<number> =>
  publishing.then(
    (packet) => (packet as { reasonCode?: number } | undefined)?.reasonCode ?? 0,
    (fault: { code: number }) => fault.code,
  )
const subscribe = async ({ client }: { client: MqttClient }, topic: string) =>
  (await client.subscribeAsync(topic, { qos: 1 })).map(({ qos }) => qos)

const subscriptionCode = ({ client }: ListeningDevice, filter: string) =>
  new Promise<unknown>((resolve) =>
    client.subscribe(filter, { qos: 1 }, (_fault, _granted, packet) => resolve(packet?.granted[0])),
  )

describe.for([
  ['3.1.1', 4],
  ['5.0', 5],
] as const)('MQTT %s', ([, version]) => {
  const connect = () => connectDevice(quayside, device, version)

  test('device protocol §3.14: data/json is a report: verdict, shadow and history', async () => {
    const connected = await connect()
    await publish(connected, own('data/json'), report(7))

    const { body } = await call('GET', '/shadow')
    expect(body.shadow).toMatchObject([
      {
        service_id: 'Load',
        reported: { properties: { n: 7, twice: 14 }, event_time: '20240102T030405Z' },
      },
    ])
    const path = `/quayside/v1/{project}/devices/${device.deviceId}/history?service_id=Load`
    expect((await quayside.api('GET', path)).body.points).toMatchObject([{ values: { n: 7, twice: 14 } }])
    expect(await entries('report')).toMatchObject([
      {
        body: {
          topic: own('data/json'),
          payload: JSON.stringify(report(7)),
          verdict: { code: 'report-stored' },
        },
      },
    ])
    await connected.end()
  })

  test('device protocol §3.14: who has subscribed to command/json gets commands there, and answers by their mid', async () => {
    const connected = await connect()
    expect(await subscribe(connected, own('command/json'))).toEqual([1])

    const calling = call('POST', '/commands', command)
    const { topic, text, packet } = await connected.next()
    const { mid, ...rest } = JSON.parse(text)
    expect([topic, packet.qos]).toEqual([own('command/json'), 1])
    expect(rest).toEqual({ msgType: 'cloudReq', cmd: 'switch', paras: { state: 'on' } })
    expect(mid).toBeGreaterThanOrEqual(1)
    expect(mid).toBeLessThanOrEqual(65_535)
    const answer = { msgType: 'deviceRsp', mid, errcode: 0, body: { state: 'on' } }
    await publish(connected, own('data/json'), answer)

    expect(await calling).toMatchObject({
      status: 200,
      body: { response: { result_code: 0, paras: { state: 'on' } } },
    })
    expect(connected.left(), 'nothing on the present topic besides').toEqual([])
    // Once is enough.
    await publish(connected, own('data/json'), answer)
    await expect.poll(() => codes('notice')).toEqual(['response-unexpected'])
    await connected.end()
  })

  test('device protocol §3.14: queued commands come there, too, and end by errcode', async () => {
    const { body } = await call('POST', '/async-commands', {
      paras: { n: 1 },
      send_strategy: 'delay',
    })
    const connected = await connect()
    // Before the SUBSCRIBE it would come on the present topic.
    await subscribe(connected, own('#'))
    const { topic, text } = await connected.next()
    expect(topic).toBe(own('command/json'))
    await publish(connected, own('data/json'), {
      msgType: 'deviceRsp',
      mid: JSON.parse(text).mid,
      errcode: 1,
    })

    const statusOf = async () => (await call('GET', `/async-commands/${body.command_id}`)).body.status
    await expect.poll(statusOf).toBe('FAILED')
    await connected.end()
  })

  test.for([
    ['no filter at all', undefined],
    ['a filter that reaches everything', '#'],
    ['one for something else', 'command/binary'],
  ] as const)('device protocol §3.14: with %s commands come on the present topic', async ([, filter]) => {
    const connected = await connect()
    if (filter !== undefined) await subscribe(connected, filter === '#' ? filter : own(filter))

    const calling = call('POST', '/commands', command)
    const received = await connected.next()
    expect(received.topic).toContain(`$oc/devices/${device.deviceId}/sys/commands/request_id=`)
    expect(JSON.parse(received.text).paras).toEqual({ state: 'on' })
    const topic = `$oc/devices/${device.deviceId}/sys/commands/response/request_id=${requestIdOf(received)}`
    await publish(connected, topic, {})
    expect((await calling).status).toBe(200)
    await connected.end()
  })

  test('device protocol §3.14: bytes and messages of deprecated topics are kept as messages', async () => {
    const connected = await connect()
    const sub = `$oc/devices/${device.deviceId}/sys/sub_device_manage/messages/up`
    await publish(connected, own('data/binary'), '[1, 2, 3]')
    await publish(connected, sub, { id: 'm1', name: 'n', content: 'x' })

    expect((await entries('message-up')).map(({ body: { topic, payload } }) => [topic, payload])).toEqual([
      [own('data/binary'), '[1, 2, 3]'],
      [sub, '{"id":"m1","name":"n","content":"x"}'],
    ])
    await connected.end()
  })

  test.for([
    ['', 'report-not-json'],
    ['{"msgType":"deviceReq"', 'report-not-json'],
    ['{"msgType":"other"}', 'report-type-unknown'],
    ['{"msgType":"deviceReq","data":[7]}', 'service-id-missing'],
    ['{"msgType":"deviceReq","data":[{"serviceId":"Load","serviceData":{"n":"x"}}]}', 'value-type-wrong'],
    ['{"msgType":"deviceReq","data":[{"serviceId":"No","serviceData":{"n":1}}]}', 'service-unknown'],
    [`{"msgType":"deviceReq","x":"${'x'.repeat(65_536)}"}`, 'report-too-large'],
    [Buffer.from('7b22ff22', 'hex').toString('latin1'), 'report-not-json'],
  ] as const)(
    'safety S11: a bad report is acknowledged, and its verdict says why: %#',
    async ([bad, code]) => {
      const connected = await connect()
      const code5 = await reasonOf(publish(connected, own('data/json'), bad))

      const told = code === 'report-too-large' ? 0x97 : 0x99
      expect(code5, 'of which 3.1.1 is told nothing').toBe(version === 5 ? told : 0)
      expect(await codes('report')).toEqual([code])
      expect((await call('GET', '/shadow')).body.shadow).toEqual([])
      // The connection stands, and what is right is still taken.
      await publish(connected, own('data/json'), report(1))
      expect(await codes('report')).toEqual([code, 'report-stored'])
      await connected.end()
    },
  )

  test.for([
    ['{"msgType":"deviceRsp"}', 'payload-invalid'],
    ['{"msgType":"deviceRsp","mid":0}', 'payload-invalid'],
    ['{"msgType":"deviceRsp","mid":"1"}', 'payload-invalid'],
    ['{"msgType":"deviceRsp","mid":1}', 'response-unexpected'],
  ] as const)('an answer that nothing waits for leaves a notice: %s', async ([bad, code]) => {
    const connected = await connect()
    await publish(connected, own('data/json'), bad)

    await expect.poll(() => codes('notice')).toEqual([code])
    await connected.end()
  })

  test('safety S3: topics of other devices, and those that are not listed, are refused both ways', async () => {
    const other = await registerDevice(quayside, product, `other${count}`)
    const otherConnected = await connectDevice(quayside, other, version)
    await subscribe(otherConnected, `/huawei/v1/devices/${other.deviceId}/#`)
    const connected = await connect()
    const refused = [
      own('data/json', other.deviceId),
      own('command/json', other.deviceId),
      own('command/json'),
      own('data/xml'),
      '/huawei/v2/devices/x/data/json',
      '/huawei/v1/devices',
      '$SYS/broker',
      '$oc',
      '$oc/devices',
    ]
    const told: number[] = []
    for (const topic of refused) told.push(await reasonOf(publish(connected, topic, report(1))))
    const [forbidden, unknown] = version === 5 ? [0x87, 0x90] : [0, 0]
    expect(told).toEqual([...Array(3).fill(forbidden), ...Array(6).fill(unknown)])
    for (const filter of [
      '/huawei/#',
      '/huawei/v1/devices/+/command/json',
      own('#', other.deviceId),
      '$SYS/#',
    ])
      expect([filter, await subscriptionCode(connected, filter)]).toEqual([
        filter,
        version === 5 ? 0x87 : 0x80,
      ])
    const path = `/quayside/v1/{project}/devices/${other.deviceId}/entries?kinds=report,response,message-up`
    expect((await quayside.api('GET', path)).body.entries).toEqual([])
    expect(otherConnected.left()).toEqual([])
    expect(await entries('report,response')).toEqual([])
    await expect.poll(async () => (await entries('audit')).map(({ body }) => body.target)).toEqual(refused)
    await connected.end()
    await otherConnected.end()
  })

  test('an answer by the mid of another device, or of an earlier connection, ends nothing', async () => {
    const first = await connect()
    await subscribe(first, own('command/json'))
    const { body } = await call('POST', '/async-commands', { paras: { n: 1 }, send_strategy: 'immediately' })
    const { mid } = JSON.parse((await first.next()).text)
    const answer = { msgType: 'deviceRsp', mid, errcode: 0 }
    const other = await registerDevice(quayside, product, `stranger${count}`)
    const stranger = await connectDevice(quayside, other, version)
    await publish(stranger, own('data/json', other.deviceId), answer)
    const ended = new Promise<void>((resolve) => void first.client.once('close', () => resolve()))
    first.client.stream.destroy()
    first.client.end(true)
    await ended
    const second = await connect()
    await publish(second, own('data/json'), answer)

    await expect.poll(() => codes('notice')).toEqual(['response-unexpected'])
    expect((await call('GET', `/async-commands/${body.command_id}`)).body.status).not.toBe('SUCCESSFUL')
    await second.end()
    await stranger.end()
  })
})
