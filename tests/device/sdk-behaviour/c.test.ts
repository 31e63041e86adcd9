import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CBuild, CDevice } from '../../support/sdk-clients/c.ts'
import vectors from '../../vectors/device-protocol-vectors.json' with { type: 'json' }
import { type SdkPlatform, startSdkPlatform } from './platform.ts'
import { walkAsGateway } from './gateway-walk.ts'
import { comesOnline, isHeard, leaves, patiently, syncsTime, walk } from './walk.ts'

let platform: SdkPlatform
beforeAll(async () => void (platform = await startSdkPlatform()))
afterAll(() => platform.dispose())

const aDevice = async (build: CBuild) =>
  new CDevice(await platform.register(), platform.opening('plain'), build)

describe.for([
  ['3.1.1', 'plain', 4],
  ['3.1.1', 'TLS', 4],
  ['5.0', 'plain', 5],
  ['5.0', 'TLS', 5],
] as const)('MQTT %s over %s', ([version, transport, level]) => {
  test(`device protocol §8 lines 1, 4, 5, 6, C for ${version} over ${transport}: walks from connect to shadow without any SUBSCRIBE`, async () => {
    await walk(platform, new CDevice(await platform.register(), platform.opening(transport), { level }))
  })

  test(`device protocol §8 lines 8, 9, C for ${version} over ${transport}: a gateway hears of 25 children in notices it has room for, reports and speaks for them, adds and deletes`, async () => {
    const account = await platform.register()
    await walkAsGateway(platform, new CDevice(account, platform.opening(transport), { level }))
  })
})

/** The hour of the vector at which the C SDK connected, as an instant. */
const instantOf = (hour: string) =>
  Date.UTC(
    Number(hour.slice(0, 4)),
    Number(hour.slice(4, 6)) - 1,
    Number(hour.slice(6, 8)),
    Number(hour.slice(8)),
  )

for (const { id, secret, client_id, utc_hour_at_connect: hour, bumps, note } of vectors.password.filter(
  (vector) => vector.bumps !== undefined,
))
  test(`device protocol §8 line 2, §2.4, vector ${id}, C: ${note}`, async () => {
    const { deviceId } = await platform.register({
      node_id: `odd-${id}`,
      auth_info: { auth_type: 'SECRET', secret, secure_access: false },
    })
    const device = new CDevice({ deviceId, secret }, platform.opening('plain'), {
      ...{ level: 4, createdAt: instantOf(hour ?? '') },
    })
    expect(device.bumps).toBe(bumps)
    expect(device.clientId.slice(-10)).toBe(client_id.slice(-10))

    await comesOnline(platform, device)

    await leaves(platform, device)
  })

test('device protocol §2.3: C keeps the hour of its making over reconnects, which sign type 0 takes and 1 refuses', async () => {
  const account = await platform.register()
  const made = (signType: 0 | 1) =>
    new CDevice(account, platform.opening('plain'), {
      ...{ level: 4 as const, signType, createdAt: Date.now() - 48 * 3_600_000 },
    })
  const device = made(0)
  await comesOnline(platform, device)
  await leaves(platform, device)

  await comesOnline(platform, device)
  await leaves(platform, device)

  expect(await made(1).connect()).toBe(4)
})

test('device protocol §8 line 11, §2.9: another hour in the client id takes the first connection over, and the status stays ONLINE', async () => {
  for (const level of [4, 5] as const) {
    const account = await platform.register()
    const made = (createdAt: number) => new CDevice(account, platform.opening('plain'), { level, createdAt })
    // A day: where a digest holds a zero byte, the hour before would become this one.
    const [first, second] = [made(Date.now() - 24 * 3_600_000), made(Date.now())]
    expect(first.clientId).not.toBe(second.clientId)
    await comesOnline(platform, first)

    await comesOnline(platform, second)
    await first.wire.closed

    expect(first.wire.farewell).toBe(level === 5 ? 0x8e : undefined)
    const statuses = await platform.entries(account.deviceId, 'status')
    expect(statuses.map(({ status }) => status)).toEqual(['ONLINE', 'ONLINE'])
    expect(statuses[1]).toMatchObject({ takes_over: true })
    await leaves(platform, second)
  }
})

test('device protocol §8 line 3, §2.5: C with a certificate and no password field, on both levels', async () => {
  for (const level of [4, 5] as const) {
    const { account, certificate } = await platform.registerCertified()
    const device = new CDevice(account, platform.opening('TLS', certificate), { level })

    await comesOnline(platform, device)
    await isHeard(platform, device)

    await leaves(platform, device)
  }
})

describe.for([4, 5] as const)('level %i', (level) => {
  test(`device protocol §1.5 point 2, level ${level}: the filters of C are granted QoS 1, and all comes once, at QoS 1`, async () => {
    const device = await aDevice({ level })
    await comesOnline(platform, device)
    expect(await device.subscribe()).toEqual([1, 1, 1, 1, 1, 1])
    await leaves(platform, device)

    await walk(platform, new Subscribing(device.account, platform.opening('plain'), { level }))
  })

  test(`device protocol §8 line 7, §3.8.2, level ${level}: C cuts the digits of the time out of the text`, async () => {
    const device = await aDevice({ level })
    await comesOnline(platform, device)

    await syncsTime(device)

    await leaves(platform, device)
  })

  test(`device protocol §8 line 4, level ${level}: gzip reports of C are unpacked; its JSON messages come as JSON`, async () => {
    const device = await aDevice({ level })
    await comesOnline(platform, device)

    await device.reportPacked('Env', { temperature: 5 })
    await device.sendMessage('{"a":1}')

    expect(await platform.shadowOf(device.id)).toMatchObject([
      { reported: { properties: { temperature: 5 } } },
    ])
    expect(await platform.entries(device.id, 'message-up')).toMatchObject([
      { payload: '{"content":{"a":1}}' },
    ])
    await leaves(platform, device)
  })

  test(`device protocol §8 line 6, §3.8.11, level ${level}: C finds its rules in the shadow by its fixed request ids`, async () => {
    const device = await aDevice({ level })
    await platform.api('PUT', `/v5/iot/{project}/devices/${device.id}/shadow`, {
      shadow: [{ service_id: '$device_rule', desired: { 'rule-41': { version: 3 } } }],
    })
    await comesOnline(platform, device)
    await expect.poll(() => device.values['$device_rule'], patiently).toEqual({ 'rule-41': { version: 3 } })

    await device.askShadow('$device_rule', 'device_rule_request_id')
    expect((await device.shadows.next()).shadow).toMatchObject([
      { service_id: '$device_rule', desired: { properties: { 'rule-41': { version: 3 } } } },
    ])
    await device.askShadow('$security_detection_config', 'security_detection_config_request_id')
    expect((await device.shadows.next()).shadow).toEqual([])
    await leaves(platform, device)
  })
})

/** Subscribes with its filters on every connect, and takes nothing at another quality. */
class Subscribing extends CDevice {
  override async connect(): Promise<number | undefined> {
    const code = await super.connect()
    await this.subscribe()
    return code
  }

  protected override dispatch(publish: Parameters<CDevice['dispatch']>[0]): void {
    if (publish.qos !== 1) throw new Error(`${publish.topic} came at QoS ${publish.qos}`)
    super.dispatch(publish)
  }
}

test('device protocol §8 line 15, §1.4: C for 5.0 publishes the second message with an empty topic and the alias', async () => {
  const device = await aDevice({ level: 5 })
  await comesOnline(platform, device)

  await device.sendMessage('one')
  await device.sendMessage('two')
  await device.report('Env', { temperature: 1 })
  await device.sendMessage('three')

  const topic = device.topic('messages/up')
  expect(await platform.entries(device.id, 'message-up')).toMatchObject(
    ['one', 'two', 'three'].map((content) => ({ topic, payload: JSON.stringify({ content }) })),
  )
  await leaves(platform, device)
})

test('device protocol §1.4: the DISCONNECT of C for 5.0, with a Session Expiry of 0, is a farewell like any other', async () => {
  const device = await aDevice({ level: 5 })
  await comesOnline(platform, device)

  await leaves(platform, device)

  expect(await platform.entries(device.id, 'status')).toMatchObject([
    { status: 'ONLINE' },
    { status: 'OFFLINE', cause: 'closed-by-device' },
  ])
})

test('device protocol §1.4: aliases end with the connection: after a reconnect C names its topics again', async () => {
  const device = await aDevice({ level: 5 })
  await comesOnline(platform, device)
  await device.sendMessage('one')
  device.drop()
  await expect.poll(() => platform.statusOf(device.id), patiently).toBe('OFFLINE')

  await comesOnline(platform, device)
  await device.sendMessage('two')

  expect(await platform.entries(device.id, 'message-up')).toHaveLength(2)
  await leaves(platform, device)
})
