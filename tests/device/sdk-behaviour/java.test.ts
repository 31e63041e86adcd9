import { once } from 'node:events'
import { type AddressInfo, createConnection, createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { JavaDevice } from '../../support/sdk-clients/java.ts'
import { overTcp } from '../../support/sdk-clients/wire.ts'
import { type SdkPlatform, startSdkPlatform } from './platform.ts'
import { walkAsGateway } from './gateway-walk.ts'
import { comesOnline, leaves, syncsTime, walk } from './walk.ts'

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

const aDevice = async () => new JavaDevice(await platform.register(), platform.opening('plain'))

describe.for(['plain', 'TLS'] as const)('over %s', (transport) => {
  test(`device protocol §8 lines 1, 4, 5, 6, Java over ${transport}: walks from connect to shadow without any SUBSCRIBE`, async () => {
    await walk(platform, new JavaDevice(await platform.register(), platform.opening(transport)))
  })

  test(`device protocol §8 lines 8, 9, Java over ${transport}: a gateway asks without the dollar sign, hears of 25 children, reports and speaks for them, adds and deletes`, async () => {
    await walkAsGateway(platform, new JavaDevice(await platform.register(), platform.opening(transport)))
  })
})

/** A way to the platform that breaks the first connection, as a hiccup of the network does. */
async function hiccup(port: number): Promise<number> {
  let isFirst = true
  const relay = createServer((socket) => {
    if (isFirst) {
      isFirst = false
      socket.once('data', () => socket.destroy())
      return
    }
    const onward = createConnection({ port, host: '127.0.0.1' })
    for (const one of [socket, onward]) one.on('error', () => undefined)
    socket.pipe(onward).pipe(socket)
    socket.once('close', () => onward.destroy())
    onward.once('close', () => socket.destroy())
  }).listen(0, '127.0.0.1')
  onTestFinished(() => void relay.close())
  await once(relay, 'listening')
  return (relay.address() as AddressInfo).port
}

test('device protocol §8 line 1, §1.6: after a hiccup Java comes as MQTT 3.1 with the same client id, of 60 characters, and walks on', async () => {
  const account = await platform.register({ node_id: 'n'.repeat(60 - platform.productId.length - 16) })
  const device = new JavaDevice(account, overTcp(await hiccup(platform.quayside.ports.mqtt)))

  await walk(platform, device)

  expect(device.tried.map(({ level, code }) => [level, code])).toEqual([
    [4, undefined],
    [3, 0],
  ])
  expect(device.tried[0]?.clientId).toHaveLength(60)
  expect(device.tried[1]?.clientId).toBe(device.tried[0]?.clientId)
})

test('device protocol §1.6: both attempts of a refused pair get the same code', async () => {
  const { deviceId } = await platform.register()
  const device = new JavaDevice({ deviceId, secret: 'not-its-secret' }, platform.opening('plain'))

  expect(await device.connect()).toBe(4)

  expect(device.tried.map(({ level, code }) => [level, code])).toEqual([
    [4, 4],
    [3, 4],
  ])
})

test('device protocol §1.6: the 5,000 messages that Java has kept while it was offline are taken in one go', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)
  const kept = Array.from({ length: 5000 }, (_, number) => number)

  await Promise.all(kept.map((number) => device.sendMessage(`kept ${number}`)))

  const newest = await platform.entries(device.id, 'message-up')
  expect(newest.map(({ payload }) => JSON.parse(payload).content)).toEqual(
    kept.slice(-newest.length).map((number) => `kept ${number}`),
  )
  expect(newest.length).toBeGreaterThan(0)
  await leaves(platform, device)
})

test('device protocol §8 line 3, §2.5: Java with a certificate and no password field', async () => {
  const { account, certificate } = await platform.registerCertified()

  await walk(platform, new JavaDevice(account, platform.opening('TLS', certificate)))
})

test('device protocol §8 line 7, §3.8.2: Java sends its clock as a number, and is told the time', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)

  await syncsTime(device)

  await leaves(platform, device)
})

test('device protocol §8 line 4, §3.0.2: gzip reports and messages of Java are unpacked', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)

  await device.reportPacked('Env', { temperature: 5 })
  await device.sendPackedMessage('packed')

  expect(await platform.shadowOf(device.id)).toMatchObject([{ reported: { properties: { temperature: 5 } } }])
  expect(await platform.entries(device.id, 'message-up')).toMatchObject([
    { payload: '{"object_device_id":null,"name":null,"id":null,"content":"packed"}' },
  ])
  await leaves(platform, device)
})

test('device protocol §8 line 4, §0.3: the nulls of Java are as good as absent, its SDK information is kept', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)

  await device.report('Env', { temperature: 1 })

  const [report] = await platform.entries(device.id, 'report')
  expect(report.payload).toContain('"event_time":null')
  expect(report.verdict.outcome).toBe('accepted')
  expect(await platform.entries(device.id, 'event-up')).toMatchObject([
    { payload: expect.stringContaining('"event_type":"sdk_info_report"') },
  ])
  await leaves(platform, device)
})
