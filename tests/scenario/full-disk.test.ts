import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import type { MqttClient } from 'mqtt'
import { expect, onTestFinished, test } from 'vitest'
import { connectOnce } from '../support/device-client.ts'
import { type Quayside, startQuayside } from '../support/quayside.ts'
import {
  loadReport,
  registerDevice,
  type RegisteredDevice,
  registerProduct,
  storedNumbers,
} from '../support/registered-device.ts'
import { makeSmallDisk } from '../support/small-disk.ts'

/** A device that reports without a pause, one report at a time, until it gets no answer. */
interface Reporter {
  readonly device: RegisteredDevice
  readonly acknowledged: Set<number>
  readonly ended: Promise<{ readonly seconds: number; readonly reasonCode: number | undefined }>
}

async function connect(
  quayside: Quayside,
  device: RegisteredDevice,
  protocolVersion: 4 | 5,
): Promise<{ code: number | undefined; client?: MqttClient }> {
  return connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, { ...device.credentials(), protocolVersion })
}

async function report(quayside: Quayside, device: RegisteredDevice, version: 4 | 5): Promise<Reporter> {
  const { client, code } = await connect(quayside, device, version)
  if (!client) throw new Error(`CONNACK ${code}\n${quayside.output()}`)
  const acknowledged = new Set<number>()
  let answeredAt = performance.now()
  let reasonCode: number | undefined
  client.on('disconnect', (packet) => (reasonCode = packet.reasonCode))
  const next = (n: number): void => {
    client.publish(device.reportTopic, loadReport(n), { qos: 1 }, (fault) => {
      if (fault) return
      answeredAt = performance.now()
      acknowledged.add(n)
      setTimeout(() => next(n + 1), 5)
    })
  }
  next(1)
  const ended = new Promise<void>((resolve) => client.once('close', () => resolve())).then(() => {
    client.end(true)
    return { seconds: (performance.now() - answeredAt) / 1000, reasonCode }
  })
  return { device, acknowledged, ended }
}

async function health(quayside: Quayside): Promise<{ status: number; reason: string | undefined }> {
  const answer = await fetch(`http://127.0.0.1:${quayside.ports.http}/health/ready`)
  const { reason } = (await answer.json()) as { reason?: string }
  return { status: answer.status, reason }
}

async function until(what: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + 60_000
  while (!(await what())) {
    if (performance.now() > end) throw new Error(`never: ${what.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

/** All that was acknowledged is there, once, and at most the one that was under way; the shadow has the newest. */
async function checkStored(quayside: Quayside, { device, acknowledged }: Reporter): Promise<void> {
  const stored = await storedNumbers(quayside, device)
  expect(stored.length).toBe(new Set(stored).size)
  expect([...acknowledged].filter((n) => !stored.includes(n))).toEqual([])
  expect(stored.length - acknowledged.size).toBeLessThanOrEqual(1)
  const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${device.deviceId}/shadow`)
  const newest = Math.max(...stored)
  expect(body.shadow[0].reported.properties).toEqual({ n: newest, twice: 2 * newest })
}

test('R2 R5 on a full disk nothing is acknowledged or half done, and with space again everything goes on by itself', async () => {
  const disk = makeSmallDisk()
  onTestFinished(() => disk.dispose())
  let quayside = await startQuayside({}, { dataDir: disk.folder })
  onTestFinished(() => quayside.kill())
  const pid = quayside.process.pid ?? 0
  const productId = await registerProduct(quayside)
  const devices = [
    await registerDevice(quayside, productId, 'old'),
    await registerDevice(quayside, productId, 'new'),
  ] as const
  const reporters = [await report(quayside, devices[0], 4), await report(quayside, devices[1], 5)] as const
  await until(async () => reporters.every(({ acknowledged }) => acknowledged.size >= 20))
  expect(await health(quayside)).toEqual({ status: 200, reason: undefined })

  disk.fill(pid)

  // Reading pauses, then the connections end; 5.0 is told why (design §3.1).
  const [old, recent] = await Promise.all(reporters.map(({ ended }) => ended))
  for (const { seconds } of [old!, recent!]) {
    expect(seconds).toBeGreaterThan(9)
  }
  expect(recent!.reasonCode).toBe(0x97)
  const unready = await health(quayside)
  expect(unready.status).toBe(503)
  expect(unready.reason).toMatch(/^The data folder cannot be written: ./)
  expect((await fetch(`http://127.0.0.1:${quayside.ports.http}/health/live`)).status).toBe(200)

  // Nobody is let in whose connection cannot be recorded; both are told that it is our fault.
  expect((await connect(quayside, devices[0], 4)).code).toBe(3)
  expect((await connect(quayside, devices[1], 5)).code).toBe(0x88)

  // Changes are refused, reads are answered.
  const refused = await quayside.api('POST', '/v5/iot/{project}/devices', {
    product_id: productId,
    node_id: 'refused',
  })
  expect(refused).toMatchObject({ status: 503, body: { error_code: 'IOTDA.000001' } })
  const { status, body } = await quayside.api('GET', '/v5/iot/{project}/products')
  expect([status, body.products.length]).toEqual([200, 1])
  for (const reporter of reporters) await checkStored(quayside, reporter)

  disk.free(pid)

  await until(async () => (await health(quayside)).status === 200)
  // The ends of the connections could not be written at the time; they are now.
  for (const { deviceId } of devices)
    await until(async () => {
      const device = await quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}`)
      return device.body.status === 'OFFLINE'
    })
  const { client } = await connect(quayside, devices[0], 4)
  const last = 1_000_000
  await client?.publishAsync(devices[0].reportTopic, loadReport(last), { qos: 1 })
  reporters[0].acknowledged.add(last)
  client?.end(true)
  await registerDevice(quayside, productId, 'afterwards')

  const check = async (): Promise<void> => {
    for (const reporter of reporters) await checkStored(quayside, reporter)
    const list = await quayside.api('GET', '/v5/iot/{project}/devices')
    const names = list.body.devices.map(({ node_id }: { node_id: string }) => node_id)
    expect(names.toSorted()).toEqual(['afterwards', 'new', 'old'])
  }
  await check()
  expect(await quayside.stop()).toBe(0)

  for (const name of ['registry.db', 'projections.db']) {
    const db = new DatabaseSync(join(disk.folder, name))
    expect(db.prepare('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' })
    db.close()
  }
  quayside = await quayside.restart()
  await check()
})
