import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PythonDevice } from '../../support/sdk-clients/python.ts'
import { type SdkPlatform, startSdkPlatform } from './platform.ts'
import { walkAsGateway } from './gateway-walk.ts'
import { comesOnline, leaves, patiently, syncsTime, walk } from './walk.ts'

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

const aDevice = async (signType: 0 | 1 = 0, over: object = {}) =>
  new PythonDevice(await platform.register(over), platform.opening('plain'), signType)

describe.for(['plain', 'TLS'] as const)('over %s', (transport) => {
  test(`device protocol §8 lines 1, 4, 5, 6, Python over ${transport}: walks from connect to shadow without any SUBSCRIBE`, async () => {
    await walk(platform, new PythonDevice(await platform.register(), platform.opening(transport)))
  })

  test(`device protocol §8 lines 8, 9, Python over ${transport}: a gateway hears of 25 children, reports and speaks for them, adds and deletes`, async () => {
    await walkAsGateway(platform, new PythonDevice(await platform.register(), platform.opening(transport)))
  })
})

test('device protocol §8 line 1, §1.6: a CONNACK comes within the second that Python waits, with either sign type', async () => {
  for (const signType of [0, 1] as const) {
    const device = await aDevice(signType)

    await comesOnline(platform, device)

    await leaves(platform, device)
  }
})

test('device protocol §8 line 1: a secret that is wrong is refused with 4, again and again, whatever Python makes of it', async () => {
  const { deviceId } = await platform.register()
  const device = new PythonDevice({ deviceId, secret: 'not-its-secret' }, platform.opening('plain'))

  expect([await device.connect(), await device.connect()]).toEqual([4, 4])

  expect(await platform.statusOf(deviceId)).toBe('INACTIVE')
})

test('device protocol §8 line 7, §3.8.2: Python sends its clock as text, and is told the time', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)

  await syncsTime(device)

  await leaves(platform, device)
})

test('device protocol §4.1: the local time with a false Z that its helper writes is replaced by the time of receipt', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)

  await device.report('Env', { temperature: 20 })

  const [{ payload, verdict }] = (await platform.entries(device.id, 'report')) as [
    { payload: string; verdict: { services: object[] } },
  ]
  expect(payload).toMatch(/"event_time":"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"/)
  expect(JSON.stringify(verdict)).toContain('event-time-malformed')
  await leaves(platform, device)
})

test('device protocol §3.2: a message with other keys than the four, and plain bytes, are raw to the program', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)
  const send = (message: unknown) =>
    platform.call(device.id, 'POST', '/messages', { message, payload_format: 'raw' })

  await send({ content: 'x', more: 1 })
  expect(await device.messages.next()).toEqual(Buffer.from('{"content":"x","more":1}'))
  await send('just text')
  expect(await device.messages.next()).toEqual(Buffer.from('just text'))

  await leaves(platform, device)
})

test('device protocol §8 line 5: a property get without service_id has no such key, and Python answers with all', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)
  device.values['Env'] = { temperature: 1 }
  device.values['Lamp'] = { level: 2 }

  const { body } = await platform.call(device.id, 'GET', '/properties')

  expect(body.response.services).toMatchObject([{ service_id: 'Env' }, { service_id: 'Lamp' }])
  expect(await platform.shadowOf(device.id)).toMatchObject([
    { reported: { properties: { temperature: 1 } } },
    { reported: { properties: { level: 2 } } },
  ])
  await leaves(platform, device)
})

test('device protocol §8 line 6, §3.7: of a service with one section the other is left out, not null', async () => {
  const device = await aDevice()
  await comesOnline(platform, device)
  await device.report('Env', { temperature: 3 })

  await device.askShadow('Env')

  const { shadow } = await device.shadows.next()
  expect(Object.keys(shadow[0])).toEqual(['service_id', 'reported', 'version'])
  await leaves(platform, device)
})

test('device protocol §8 line 6, vector K08: Python reads the shadow of a child on the child’s topic', async () => {
  const gateway = await aDevice()
  const { deviceId: child } = await platform.register({ gateway_id: gateway.id, auth_info: undefined })
  await platform.api('PUT', `/v5/iot/{project}/devices/${child}/shadow`, {
    shadow: [{ service_id: 'Env', desired: { threshold: 30 } }],
  })
  await comesOnline(platform, gateway)
  // Device protocol §2.11: what is desired of it comes first.
  await expect.poll(() => gateway.childValues[child], patiently).toEqual({ Env: { threshold: 30 } })

  await gateway.askShadow('Env', child)

  expect(await gateway.shadows.next()).toMatchObject({
    object_device_id: child,
    shadow: [{ service_id: 'Env', desired: { properties: { threshold: 30 } } }],
  })
  await leaves(platform, gateway)
})
