import { createConnection } from 'node:net'
import { beforeAll, expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { connectOnce, publish } from '../support/device-client.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import {
  loadReport,
  type RegisteredDevice,
  registerDevice,
  registerProduct,
  storedNumbers,
} from '../support/registered-device.ts'
import { connectPacket, hex } from '../support/raw-client.ts'

let quayside: Quayside
let productId: string
let number = 0
const aDevice = (): Promise<RegisteredDevice> => registerDevice(quayside, productId, `ws${++number}`)
beforeAll(async () => {
  quayside = await startQuayside()
  productId = await registerProduct(quayside)
  return () => quayside.dispose()
})
const statusOf = async ({ deviceId }: RegisteredDevice) =>
  (await quayside.api('GET', `/v5/iot/${quayside.credentials.projectId}/devices/${deviceId}`)).body.status

for (const [scheme, port, path, version] of [
  ['ws', 'http', '/mqtt', 4],
  ['wss', 'https', '/mqtt', 5],
  ['ws', 'http', '/', 5],
] as const)
  test(`device protocol §1.1: MQTT ${version} over ${scheme}, path ${path}: connects, reports, ends`, async () => {
    const device = await aDevice()
    const { client, code } = await connectOnce(`${scheme}://127.0.0.1:${quayside.ports[port]}${path}`, {
      ...device.credentials(),
      protocolVersion: version,
      rejectUnauthorized: false,
    })
    expect(code).toBe(0)
    if (!client) throw new Error('no client')
    await publish(client, device.reportTopic, loadReport(1))
    expect(await storedNumbers(quayside, device)).toEqual([1])
    expect(await statusOf(device)).toBe('ONLINE')
    await client.endAsync()
    await expect.poll(() => statusOf(device)).toBe('OFFLINE')
  })

test('R9: who opens WebSockets and says nothing is refused the hundred and first; devices that are let in make room', async () => {
  const url = `ws://127.0.0.1:${quayside.ports.http}/mqtt`
  const silent: WebSocket[] = []
  onTestFinished(() => silent.forEach((one) => one.terminate()))
  const open = () =>
    new Promise<string>((resolve) => {
      const one = new WebSocket(url, 'mqtt')
      silent.push(one)
      one.once('open', () => resolve('open'))
      one.once('error', ({ message }) => resolve(message))
    })
  const device = await aDevice()
  const { client } = await connectOnce(url, device.credentials())

  const all = await Promise.all(Array.from({ length: 101 }, open))

  expect(all.filter((one) => one === 'open')).toHaveLength(100)
  expect(all.filter((one) => one.includes('503'))).toHaveLength(1)
  expect(client?.connected).toBe(true)
  await client?.endAsync()
  for (const one of silent.splice(0)) one.terminate()
  await expect.poll(open).toBe('open')
})

test('contracts §2: a wrong password over WebSocket gets CONNACK 4 and a verdict that names the listener', async () => {
  const device = await aDevice()
  const { code } = await connectOnce(`ws://127.0.0.1:${quayside.ports.http}/mqtt`, {
    ...device.credentials(),
    password: 'wrong',
  })
  expect(code).toBe(4)
  const path = `/quayside/v1/{project}/connections?outcome=refused&search=${device.deviceId}`
  // The verdict is read once it is durable, which the CONNACK does not wait for.
  await expect
    .poll(async () => (await quayside.api('GET', path)).body.connections[0])
    .toMatchObject({ code: 'password-wrong', subject: { listener: 'ws' } })
})

test('device protocol §2.9: the same device over MQTT takes the WebSocket over', async () => {
  const device = await aDevice()
  const over = await connectOnce(`ws://127.0.0.1:${quayside.ports.http}/mqtt`, device.credentials())
  const ended = new Promise((resolve) => over.client?.once('close', () => resolve('ended')))
  const plain = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, device.credentials())
  onTestFinished(() => void plain.client?.end(true))

  expect(plain.code).toBe(0)
  expect(await ended).toBe('ended')
  expect(await statusOf(device)).toBe('ONLINE')
})

const open = (path: string, protocols: readonly string[] = ['mqtt']): WebSocket => {
  const webSocket = new WebSocket(`ws://127.0.0.1:${quayside.ports.http}${path}`, [...protocols])
  onTestFinished(() => webSocket.terminate())
  return webSocket
}
const closeOf = (webSocket: WebSocket): Promise<number> =>
  new Promise((resolve) => webSocket.once('close', (code) => resolve(code)))

test('[MQTT-6.0.0-1] a text message closes the connection', async () => {
  const webSocket = open('/mqtt')
  const closed = closeOf(webSocket)
  webSocket.once('open', () => webSocket.send('CONNECT'))

  expect(await closed).toBe(1003)
})

test('[MQTT-6.0.0-2] packets need not begin and end with messages', async () => {
  const device = await aDevice()
  const { clientId, username, password } = device.credentials()
  const connect = connectPacket({ clientId, deviceId: username, password: String(password) })
  const webSocket = open('/mqtt')
  const answered = new Promise<string>((resolve) =>
    webSocket.once('message', (data) => resolve((data as Buffer).toString('hex'))),
  )
  webSocket.once('open', () => {
    for (const byte of connect.subarray(0, 10)) webSocket.send(Buffer.from([byte]))
    webSocket.send(Buffer.concat([connect.subarray(10), hex('c000')]))
  })

  expect(await answered).toMatch(/^20020000/)
})

test('[MQTT-6.0.0-3] [MQTT-6.0.0-4] of the sub-protocols, mqtt is chosen; without one of MQTT the connection closes', async () => {
  const webSocket = open('/mqtt', ['other', 'mqtt'])
  await new Promise((resolve) => webSocket.once('open', resolve))
  expect(webSocket.protocol).toBe('mqtt')
  const old = open('/', ['mqttv3.1'])
  await new Promise((resolve) => old.once('open', resolve))
  expect(old.protocol, 'device protocol §1.1: the name of older clients').toBe('mqttv3.1')
  const stranger = open('/mqtt', ['other'])
  stranger.on('error', () => undefined)
  expect([1002, 1006]).toContain(await closeOf(stranger))
})

test('safety R9: another path, and what is no WebSocket, is refused with a status', async () => {
  const ask = (head: string) =>
    new Promise<string>((resolve) => {
      const socket = createConnection(quayside.ports.http, '127.0.0.1', () => socket.write(head))
      let text = ''
      socket.on('error', () => undefined) // A reset behind the answer; `close` follows.
      socket.on('data', (data) => (text += data.toString()))
      socket.on('close', () => resolve(text.split('\r\n', 1)[0] ?? ''))
    })
  const upgrade = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
  expect(await ask(`GET /elsewhere HTTP/1.1\r\n${upgrade}\r\n`)).toBe('HTTP/1.1 404 Not Found')
  expect(await ask(`GET /mqtt HTTP/1.1\r\n${upgrade}\r\n`), 'no key').toBe('HTTP/1.1 400 Bad Request')
})
