import { once } from 'node:events'
import type { MqttClient } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { connectOnce } from '../support/device-client.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import {
  loadReport,
  registerDevice,
  type RegisteredDevice,
  registerProduct,
} from '../support/registered-device.ts'

interface InspectorMessage {
  readonly method?: string
  readonly params?: { readonly sessionId: string; readonly workerInfo: { readonly url: string } }
}

/** Has one thread of the running platform end itself, as an uncaught fault in it would, through Node's inspector. */
async function endThread(quayside: Quayside, file: string): Promise<void> {
  const [, url = ''] = /Debugger listening on (ws:\S+)/.exec(quayside.output()) ?? []
  const socket = new WebSocket(url)
  await new Promise((resolve) => socket.addEventListener('open', resolve))
  const send = (method: string, params: object): void =>
    socket.send(JSON.stringify({ id: 1, method, params }))
  const sessionId = await new Promise<string>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      const { method, params } = JSON.parse(String(data)) as InspectorMessage
      if (method === 'NodeWorker.attachedToWorker' && params?.workerInfo.url.endsWith(file))
        resolve(params.sessionId)
    })
    send('NodeWorker.enable', { waitForDebuggerOnStart: false })
  })
  // Later: a thread that ends with a debugger attached waits for it.
  const expression = "setTimeout(() => { throw new Error('a fault that nobody caught') }, 500)"
  const message = JSON.stringify({ id: 1, method: 'Runtime.evaluate', params: { expression } })
  await new Promise<void>((resolve) => {
    socket.addEventListener('message', ({ data }) => {
      if (String(data).includes('NodeWorker.receivedMessageFromWorker')) resolve()
    })
    send('NodeWorker.sendMessageToWorker', { sessionId, message })
  })
  socket.close()
}

const startInspected = (): Promise<Quayside> =>
  startQuayside({ NODE_OPTIONS: '--inspect=127.0.0.1:0', QUAYSIDE_LISTENERS: '2' })

async function connected(quayside: Quayside, device: RegisteredDevice): Promise<MqttClient> {
  const { client, code } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, device.credentials())
  if (!client) throw new Error(`CONNACK ${code}\n${quayside.output()}`)
  return client
}

test('R13 a listener thread that dies takes its own connections alone, and is replaced', async () => {
  const quayside = await startInspected()
  onTestFinished(() => quayside.kill())
  const productId = await registerProduct(quayside)
  // Enough that, however the system shares them out, both threads have some.
  const devices = await Promise.all(
    Array.from({ length: 24 }, async (_, index) => {
      const device = await registerDevice(quayside, productId, `d${index}`)
      return { device, client: await connected(quayside, device) }
    }),
  )
  onTestFinished(() => {
    for (const { client } of devices) client.end(true)
  })

  await endThread(quayside, 'listener-thread.ts')
  const metrics = async (): Promise<string> =>
    (await fetch(`http://127.0.0.1:${quayside.ports.http}/metrics`)).text()
  const isReplaced = async (): Promise<boolean> => {
    const text = await metrics()
    return text.includes('quayside_listener_sockets{thread="listener3"}')
  }
  const end = performance.now() + 60_000
  while (!(await isReplaced()) && performance.now() < end)
    await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await isReplaced()).toBe(true)

  const lost = devices.filter(({ client }) => !client.connected)
  expect(lost.length).toBeGreaterThan(0)
  expect(lost.length).toBeLessThan(devices.length)
  for (const { device, client } of devices) {
    const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${device.deviceId}`)
    expect(body.status).toBe(client.connected ? 'ONLINE' : 'OFFLINE')
    if (client.connected) await client.publishAsync(device.reportTopic, loadReport(1), { qos: 1 })
  }
  expect(quayside.output()).toContain('a fault that nobody caught')
  for (const one of lost) {
    one.client = await connected(quayside, one.device)
    await one.client.publishAsync(one.device.reportTopic, loadReport(2), { qos: 1 })
  }
  expect(await quayside.stop()).toBe(0)
})

test('without its store thread the platform ends, so that what supervises it starts it again', async () => {
  let quayside = await startInspected()
  onTestFinished(() => quayside.dispose())
  const exited = once(quayside.process, 'exit')

  await endThread(quayside, 'store-thread.ts')

  expect(await exited).toEqual([70, null])
  expect(quayside.output()).toContain('a fault that nobody caught')
  quayside = await quayside.restart()
  expect((await quayside.api('GET', '/v5/iot/{project}/apps')).status).toBe(200)
})
