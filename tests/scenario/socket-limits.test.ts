import { connect as connectPlain } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { startQuayside } from '../support/quayside.ts'
import { connectPacket, publishPacket, type RawClient, rawClient } from '../support/raw-client.ts'
import { loadReport, registerDevice, registerProduct } from '../support/registered-device.ts'

test('R9 sockets are bounded per address and in all, over all listener threads, and who is connected goes on', async () => {
  const quayside = await startQuayside({
    QUAYSIDE_LISTENERS: '2',
    QUAYSIDE_CONNECTIONS_MAX: '12',
    QUAYSIDE_CONNECTIONS_PER_ADDRESS_MAX: '8',
  })
  onTestFinished(() => quayside.dispose())
  const productId = await registerProduct(quayside)
  let devices = 0
  const connected: RawClient[] = []
  onTestFinished(() => {
    for (const client of connected) client.close()
  })
  /** Devices of their own, one after the other, from this address; gives how many were let in. */
  const connect = async (localAddress: string, count: number): Promise<number> => {
    let entered = 0
    for (let n = 0; n < count; n++) {
      const device = await registerDevice(quayside, productId, `d${++devices}`)
      const { clientId = '', password = '' } = device.credentials()
      const { deviceId, reportTopic: topic } = device
      const client = rawClient(connectPlain({ port: quayside.ports.mqtt, host: '127.0.0.1', localAddress }))
      client.send(connectPacket({ deviceId, clientId, password: password.toString() }))
      const connack = await client.take(4).catch(() => 'turned away without a word')
      if (connack === 'turned away without a word') continue
      expect(connack).toBe('20020000')
      entered++
      connected.push(client)
      client.send(publishPacket({ topic, payload: loadReport(1) }))
      expect(await client.take(4)).toBe('40020001')
    }
    return entered
  }

  expect(await connect('127.0.0.1', 11)).toBe(8)
  expect(await connect('127.0.0.2', 6)).toBe(4)
  expect(await connect('127.0.0.3', 2)).toBe(0)

  const metrics = await (await fetch(`http://127.0.0.1:${quayside.ports.http}/metrics`)).text()
  const turnedAway = [...metrics.matchAll(/^quayside_listener_sockets_turned_away_total\{.*\} (\d+)$/gm)]
  expect(turnedAway.map(([, count]) => Number(count)).reduce((a, b) => a + b, 0)).toBe(7)
  const { body } = await quayside.api('GET', '/quayside/v1/{project}/platform')
  expect(body.limits).toMatchObject({ connections_max: 12, connections_per_address_max: 8 })
  for (const client of connected) {
    client.send('c000')
    expect(await client.take(2)).toBe('d000')
  }
  connected[0]?.close()
  await expect.poll(() => connect('127.0.0.3', 1)).toBe(1)
})
