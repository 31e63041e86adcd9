import type { MqttClient } from 'mqtt'
import { expect, test } from 'vitest'
import { connectOnce } from '../support/device-client.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import {
  loadReport,
  type RegisteredDevice,
  registerDevice,
  registerProduct,
  storedNumbers,
} from '../support/registered-device.ts'

/*
 * safety Q3: the platform is killed again and again in mid-load, for a minute. Whatever got a PUBACK must be there
 * afterwards, whole; nothing may be there that was not sent; nothing may be there twice.
 */

const minuteMillis = 60_000
const devices = 8
const inflight = 20

interface Sender {
  readonly device: RegisteredDevice
  /** Numbers of reports sent, and of those acknowledged. Number n is reported as value n at time n. */
  sent: number
  readonly acknowledged: Set<number>
  /** Reports up to here were looked at after an earlier kill. */
  checked: number
}

async function register(quayside: Quayside): Promise<Sender[]> {
  const productId = await registerProduct(quayside)
  const senders: Sender[] = []
  for (let index = 0; index < devices; index++) {
    const device = await registerDevice(quayside, productId, `load${index}`)
    senders.push({ device, sent: 0, acknowledged: new Set(), checked: 0 })
  }
  return senders
}

/** Reports as fast as PUBACKs allow until the connection ends. */
async function load(quayside: Quayside, sender: Sender): Promise<void> {
  const url = `mqtt://127.0.0.1:${quayside.ports.mqtt}`
  const { code, client } = await connectOnce(url, sender.device.credentials())
  if (!client) throw new Error(`CONNACK ${code}\n${quayside.output()}`)
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve()))
  for (let lane = 0; lane < inflight; lane++) sendOn(client, sender)
  await ended
  client.end(true)
}

function sendOn(client: MqttClient, sender: Sender): void {
  const n = ++sender.sent
  client.publish(sender.device.reportTopic, loadReport(n), { qos: 1 }, (fault) => {
    if (fault) return
    sender.acknowledged.add(n)
    if (client.connected) sendOn(client, sender)
  })
}

/** Looks at what came since the last kill. */
async function check(quayside: Quayside, sender: Sender): Promise<void> {
  const { device, acknowledged, sent, checked } = sender
  const numbers = await storedNumbers(quayside, device, checked)
  const there = new Set(numbers)
  expect([...acknowledged].filter((n) => n > checked && !there.has(n))).toEqual([])
  expect(numbers.length).toBe(there.size)
  expect(numbers.every((n) => n > checked && n <= sent)).toBe(true)
  sender.checked = sent
  // Killed before its first report of this round was written: the shadow is as it was.
  if (numbers.length === 0) return
  const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${device.deviceId}/shadow`)
  const last = Math.max(...numbers)
  expect(body.shadow[0].reported.properties).toEqual({ n: last, twice: 2 * last })
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
    for (const sender of senders) await check(quayside, sender)
  }
  for (const { device, acknowledged } of senders) {
    const all = new Set(await storedNumbers(quayside, device))
    expect([...acknowledged].filter((n) => !all.has(n))).toEqual([])
  }
  const acknowledged = senders.reduce((sum, sender) => sum + sender.acknowledged.size, 0)
  process.stdout.write(`kill -9: ${kills} times, ${acknowledged} reports acknowledged, all there\n`)
  expect(kills).toBeGreaterThanOrEqual(3)
  expect(acknowledged).toBeGreaterThan(1000)
  await quayside.dispose()
}, 300_000)
