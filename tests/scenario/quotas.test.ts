import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectOnce } from '../support/device-client.ts'
import { connectDevice } from '../support/listening-device.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { loadReport, registerDevice, registerProduct } from '../support/registered-device.ts'

let quayside: Quayside
let product: string
beforeAll(async () => {
  quayside = await startQuayside({
    QUAYSIDE_LISTENERS: '2',
    QUAYSIDE_MESSAGES_PER_SECOND_MAX: '5',
    QUAYSIDE_BYTES_PER_SECOND_MAX: '65536',
    QUAYSIDE_KEEP_ALIVE_SECONDS_MIN: '10',
    QUAYSIDE_KEEP_ALIVE_SECONDS_MAX: '300',
    QUAYSIDE_SUBSCRIPTIONS_PER_CONNECTION_MAX: '3',
    QUAYSIDE_PACKET_BYTES_MAX: '200000',
    QUAYSIDE_RECEIVE_MAXIMUM: '40',
    QUAYSIDE_TOPIC_ALIAS_MAXIMUM: '7',
  })
  product = await registerProduct(quayside)
})
afterAll(() => quayside.dispose())

const notices = async (deviceId: string): Promise<readonly Body[]> => {
  const path = `/quayside/v1/{project}/devices/${deviceId}/entries?kinds=notice`
  return (await quayside.api('GET', path)).body.entries.map(({ body }: Body) => body)
}

test.for([4, 5] as const)(
  'device protocol §6.1: on level %i what is above the rate is dropped, and one notice says so',
  async (version) => {
    const device = await registerDevice(quayside, product, `fast${version}`)
    const { client, end } = await connectDevice(quayside, device, version)
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, n) =>
        client.publishAsync(device.reportTopic, loadReport(n + 1), { qos: 1 }),
      ),
    )
    await expect
      .poll(() => notices(device.deviceId))
      .toMatchObject([{ code: 'message-rate-exceeded', params: { limit: 5 } }])

    // They went out within a second or a few: 5 of each were taken.
    const path = `/quayside/v1/{project}/devices/${device.deviceId}/entries?kinds=report&limit=200`
    const kept = (await quayside.api('GET', path)).body.entries.length
    expect(kept).toBeGreaterThanOrEqual(5)
    expect(kept).toBeLessThan(30)
    const refused = outcomes.filter(({ status }) => status === 'rejected').length
    expect(refused, 'on 3.1.1 it cannot be told').toBe(version === 5 ? 30 - kept : 0)
    await end()
  },
)

test('device protocol §6.1: above the bandwidth nothing is lost, and one notice says so', async () => {
  const device = await registerDevice(quayside, product, 'large')
  const { client, end } = await connectDevice(quayside, device, 4)
  const topic = `$oc/devices/${device.deviceId}/sys/messages/up`
  await Promise.all(
    Array.from({ length: 3 }, () => client.publishAsync(topic, Buffer.alloc(50_000, 'x'), { qos: 1 })),
  )

  const path = `/quayside/v1/{project}/devices/${device.deviceId}/entries?kinds=message-up`
  expect((await quayside.api('GET', path)).body.entries).toHaveLength(3)
  await expect
    .poll(() => notices(device.deviceId))
    .toMatchObject([{ code: 'bandwidth-exceeded', params: { limit: 65_536 } }])
  await end()
})

test('device protocol §1.3, §1.4: the limits that are set are announced, held to, and shown', async () => {
  const device = await registerDevice(quayside, product, 'limits')
  const url = `mqtt://127.0.0.1:${quayside.ports.mqtt}`
  const keepAlive = async (keepalive: number): Promise<number | undefined> => {
    const { client, code } = await connectOnce(url, {
      ...{ ...device.credentials(), protocolVersion: 4, keepalive },
    })
    await client?.endAsync()
    return code
  }
  expect([await keepAlive(9), await keepAlive(10), await keepAlive(300), await keepAlive(301)]).toEqual([
    2, 0, 0, 2,
  ])

  const announced = connectOnce(url, { ...device.credentials(), protocolVersion: 5 })
  const { client } = await announced
  const connack = await new Promise<Body>((resolve) => {
    client?.once('connect', resolve)
    client?.reconnect()
  })
  expect(connack.properties).toMatchObject({
    ...{ receiveMaximum: 40, maximumPacketSize: 200_000, topicAliasMaximum: 7 },
  })
  const codes = await new Promise<unknown>((resolve) =>
    client?.subscribe(['a', 'b', 'c', 'd'], { qos: 1 }, (_fault, _granted, packet) =>
      resolve(packet?.granted),
    ),
  )
  expect(codes).toEqual([1, 1, 1, 0x97])
  await client?.endAsync()

  const { body } = await quayside.api('GET', '/quayside/v1/{project}/platform')
  expect(body.limits).toMatchObject({
    ...{ keep_alive_seconds_min: 10, keep_alive_seconds_max: 300, packet_bytes_max: 200_000 },
  })
})

test('device protocol §2.8: connects above the rate are refused over all threads together', async () => {
  const crowded = await startQuayside({
    QUAYSIDE_LISTENERS: '2',
    QUAYSIDE_CONNECTS_PER_SECOND_MAX: '3',
  })
  try {
    const id = await registerProduct(crowded)
    const devices = await Promise.all(
      Array.from({ length: 16 }, (_, n) => registerDevice(crowded, id, `crowd${n}`)),
    )
    const outcomes = await Promise.all(
      devices.map((device, n) =>
        connectOnce(`mqtt://127.0.0.1:${crowded.ports.mqtt}`, {
          ...device.credentials(),
          protocolVersion: n % 2 === 0 ? 4 : 5,
        }),
      ),
    )
    const refused = outcomes.filter(({ code }) => code !== 0)
    expect(refused.length).toBeGreaterThan(0)
    expect(outcomes.every(({ code }, n) => [0, n % 2 === 0 ? 3 : 0x9f].includes(code ?? -1))).toBe(true)
    await expect
      .poll(async () => {
        const path = '/quayside/v1/{project}/connections?outcome=refused&limit=50'
        const { body } = await crowded.api('GET', path)
        return body.connections.map(({ code }: Body) => code)
      })
      .toEqual(Array(refused.length).fill('connects-too-many'))
    for (const { client } of outcomes) await client?.endAsync()
  } finally {
    await crowded.dispose()
  }
})
