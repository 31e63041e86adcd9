import { createHmac } from 'node:crypto'
import type { MqttClient } from 'mqtt'
import { expect, test } from 'vitest'
import { clientIdOf, connectOnce } from '../support/device-client.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'

/*
 * safety Q3: the platform is killed again and again in mid-load, for a minute. Whatever got a PUBACK must be there
 * afterwards, whole; nothing may be there that was not sent; nothing may be there twice.
 */

const minuteMillis = 60_000
const devices = 8
const inflight = 20
const secret = 'a-secret-for-the-load'

interface Sender {
  readonly deviceId: string
  /** Numbers of reports sent, and of those acknowledged. Number n is reported as value n at time n. */
  sent: number
  readonly acknowledged: Set<number>
  /** Reports up to here were looked at after an earlier kill. */
  checked: number
}

/** Report n of a device: two values that must stay together, at a time of its own. */
function reportOf(n: number): string {
  const eventTime = new Date(Date.UTC(2026, 0, 1) + n * 1000).toISOString()
  return JSON.stringify({
    services: [{ service_id: 'Load', properties: { n, twice: 2 * n }, event_time: eventTime }],
  })
}

async function register(quayside: Quayside): Promise<Sender[]> {
  const property = (name: string) => ({ property_name: name, data_type: 'int', method: 'R' })
  const product = await quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'load',
    device_type: 'Load',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [
      { service_id: 'Load', service_type: 'Load', properties: [property('n'), property('twice')] },
    ],
  })
  const senders: Sender[] = []
  for (let index = 0; index < devices; index++) {
    const { body } = await quayside.api('POST', '/v5/iot/{project}/devices', {
      product_id: product.body.product_id,
      node_id: `load${index}`,
      auth_info: { auth_type: 'SECRET', secret, secure_access: false },
    })
    senders.push({ deviceId: body.device_id, sent: 0, acknowledged: new Set(), checked: 0 })
  }
  return senders
}

/** Reports as fast as PUBACKs allow until the connection ends. */
async function load(quayside: Quayside, sender: Sender): Promise<void> {
  const clientId = clientIdOf(sender.deviceId)
  const { code, client } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, {
    clientId,
    username: sender.deviceId,
    password: createHmac('sha256', clientId.slice(-10)).update(secret).digest('hex'),
  })
  if (!client) throw new Error(`CONNACK ${code}\n${quayside.output()}`)
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
  for (let lane = 0; lane < inflight; lane++) sendOn(client, sender)
  await ended
  client.end(true)
}

function sendOn(client: MqttClient, sender: Sender): void {
  const n = ++sender.sent
  client.publish(`$oc/devices/${sender.deviceId}/sys/properties/report`, reportOf(n), { qos: 1 }, (fault) => {
    if (fault) return
    sender.acknowledged.add(n)
    if (client.connected) sendOn(client, sender)
  })
}

/** The numbers after `checked` in the device's history, in order of their times. */
async function stored(quayside: Quayside, { deviceId, checked }: Sender): Promise<number[]> {
  const numbers: number[] = []
  const start = Date.UTC(2026, 0, 1) + (checked + 1) * 1000
  let marker = ''
  do {
    const path = `/quayside/v1/{project}/devices/${deviceId}/history?service_id=Load&limit=1000&order=asc&start=${start}${marker}`
    const { body } = await quayside.api('GET', path)
    for (const { values, time } of body.points) {
      expect(values).toEqual({ n: values.n, twice: 2 * values.n })
      expect(Date.parse(time)).toBe(Date.UTC(2026, 0, 1) + values.n * 1000)
      numbers.push(values.n)
    }
    marker = body.page.marker === undefined ? '' : `&marker=${encodeURIComponent(body.page.marker)}`
  } while (marker !== '')
  return numbers
}

test('Q3 R1 R5 kill -9 in mid-load, again and again for a minute, loses nothing that was acknowledged', async () => {
  const until = Date.now() + minuteMillis
  let quayside = await startQuayside()
  const senders = await register(quayside)
  let kills = 0
  while (Date.now() < until) {
    const running = Promise.all(senders.map((sender) => load(quayside, sender)))
    await new Promise((resolve) => setTimeout(resolve, 500 + Math.random() * 2500))

    await quayside.kill()
    await running
    kills++

    quayside = await quayside.restart()
    for (const sender of senders) {
      const { deviceId, acknowledged, sent, checked } = sender
      const numbers = await stored(quayside, sender)
      const there = new Set(numbers)
      expect([...acknowledged].filter((n) => n > checked && !there.has(n))).toEqual([])
      expect(numbers.length).toBe(there.size)
      expect(numbers.every((n) => n > checked && n <= sent)).toBe(true)
      sender.checked = sent
      const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}/shadow`)
      const last = Math.max(...numbers)
      expect(body.shadow[0].reported.properties).toEqual({ n: last, twice: 2 * last })
    }
  }
  for (const sender of senders) {
    sender.checked = 0
    const all = new Set(await stored(quayside, sender))
    expect([...sender.acknowledged].filter((n) => !all.has(n))).toEqual([])
  }
  const acknowledged = senders.reduce((sum, sender) => sum + sender.acknowledged.size, 0)
  process.stdout.write(`kill -9: ${kills} times, ${acknowledged} reports acknowledged, all there\n`)
  expect(kills).toBeGreaterThanOrEqual(3)
  expect(acknowledged).toBeGreaterThan(1000)
  await quayside.dispose()
}, 300_000)
