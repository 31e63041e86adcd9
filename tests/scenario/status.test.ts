import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { connectOnce } from '../support/device-client.ts'
import { connectDevice } from '../support/listening-device.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { connectPacket, openRawClient } from '../support/raw-client.ts'
import { type RegisteredDevice, registerDevice, registerProduct } from '../support/registered-device.ts'

/*
 * The status of a device, line by line as device protocol §2.9 and §2.10 have it; of children: tests of gateways.
 */

let quayside: Quayside
let product: string
beforeAll(async () => {
  // A keep-alive of a second, so that a silent loss is seen soon.
  quayside = await startQuayside({ QUAYSIDE_KEEP_ALIVE_SECONDS_MIN: '1' })
  product = await registerProduct(quayside)
})
afterAll(() => quayside.dispose())

let count = 0
let device: RegisteredDevice
beforeEach(async () => void (device = await registerDevice(quayside, product, `d${++count}`)))

const path = () => `/v5/iot/{project}/devices/${device.deviceId}`
const shown = async (): Promise<Body> => (await quayside.api('GET', path())).body
const status = async (): Promise<string> => (await shown()).status
/** Changes of its status, oldest first. */
async function changes(): Promise<readonly Body[]> {
  const url = `/quayside/v1/{project}/devices/${device.deviceId}/entries?kinds=status`
  return (await quayside.api('GET', url)).body.entries.toReversed().map(({ body }: Body) => body)
}
const url = () => `mqtt://127.0.0.1:${quayside.ports.mqtt}`

describe.for([
  ['3.1.1', 4],
  ['5.0', 5],
] as const)('MQTT %s', ([, version]) => {
  const connect = (options = {}) => connectDevice(quayside, device, version, options)

  test('§2.10: INACTIVE until it first connects, which activates it; then ONLINE, and OFFLINE at the end', async () => {
    expect(await shown()).toMatchObject({ status: 'INACTIVE' })
    expect((await shown()).active_time).toBeUndefined()

    const first = await connect()
    const { active_time: activated } = await shown()
    expect([await status(), typeof activated]).toEqual(['ONLINE', 'string'])
    await first.end()
    await expect.poll(status).toBe('OFFLINE')
    const second = await connect()

    expect(await shown()).toMatchObject({ status: 'ONLINE', active_time: activated })
    await second.end()
  })

  test('§2.10: a device that falls silent is OFFLINE when 1.5 times its keep-alive are over', async () => {
    const { clientId = '', password = '' } = device.credentials()
    const client = await openRawClient(quayside.ports.mqtt)
    const fields = { deviceId: device.deviceId, clientId, password: password.toString(), keepAlive: 1 }
    client.send(connectPacket({ ...fields, level: version }))
    await client.take(4)

    const last = await client.ended()
    expect(last, '5.0 is told 0x8D').toMatch(version === 5 ? /e0..8d/ : /^$/)
    await expect.poll(status).toBe('OFFLINE')
    // A second and a half may be over before one can ask, so what was ONLINE is read here.
    expect(await changes()).toMatchObject([{ status: 'ONLINE' }, { status: 'OFFLINE', cause: 'keep-alive' }])
  })

  test('§2.9: the newer connection wins, 5.0 is told 0x8E, and the status does not flicker', async () => {
    const first = await connect()
    const told = new Promise((resolve) =>
      first.client.on('disconnect', (packet) => resolve(packet.reasonCode)),
    )
    const closed = new Promise((resolve) => first.client.once('close', () => resolve('closed')))
    const before = (await shown()).connection_status_update_time
    const second = await connect()

    expect(await closed).toBe('closed')
    expect(await (version === 5 ? told : 0x8e)).toBe(0x8e)
    expect(await shown()).toMatchObject({ status: 'ONLINE', connection_status_update_time: before })
    expect(await changes()).toMatchObject([{ status: 'ONLINE' }, { status: 'ONLINE', takes_over: true }])
    await second.end()
  })

  test('§2.10: freezing ends the connection, 5.0 with 0x98, and lets none in; unfreezing gives OFFLINE', async () => {
    const connected = await connect()
    const told = new Promise((resolve) =>
      connected.client.on('disconnect', (packet) => resolve(packet.reasonCode)),
    )
    const closed = new Promise((resolve) => connected.client.once('close', () => resolve('closed')))

    expect((await quayside.api('POST', `${path()}/freeze`)).status).toBe(204)
    expect(await closed).toBe('closed')
    expect(await (version === 5 ? told : 0x98)).toBe(0x98)
    expect(await status()).toBe('FROZEN')
    const again = await connectOnce(url(), { ...device.credentials(), protocolVersion: version })
    expect(again.code).toBe(version === 5 ? 0x87 : 5)

    await quayside.api('POST', `${path()}/unfreeze`)
    await expect.poll(status).toBe('OFFLINE')
    expect((await changes()).at(-1)).toMatchObject({ status: 'OFFLINE', cause: 'frozen' })
    const back = await connect()
    expect(await status()).toBe('ONLINE')
    await back.end()
  })
})

test('§2.10: a device that never connected is INACTIVE again when it is unfrozen', async () => {
  await quayside.api('POST', `${path()}/freeze`)
  expect(await status()).toBe('FROZEN')
  await quayside.api('POST', `${path()}/unfreeze`)

  expect(await status()).toBe('INACTIVE')
})

test('§2.10: a platform that was killed finds its devices OFFLINE, and says why', async () => {
  const connected = await connectDevice(quayside, device, 4)
  await quayside.kill()
  connected.client.end(true)
  quayside = await quayside.restart()

  expect(await status()).toBe('OFFLINE')
  expect((await changes()).at(-1)).toMatchObject({ status: 'OFFLINE', cause: 'server-restarted' })
})
