import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { openSync, closeSync, readdirSync, rmSync, truncateSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { connectOnce } from '../support/device-client.ts'
import { quaysideEnv, repository, startQuayside } from '../support/quayside.ts'
import { loadReport, registerDevice, registerProduct, storedNumbers } from '../support/registered-device.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Starts the platform on the folder and kills it after so long, wherever it is then. */
async function startAndKill(dataDir: string, millis: number): Promise<void> {
  const child = spawn(process.execPath, ['src/main.ts', 'start'], {
    cwd: repository,
    stdio: 'ignore',
    env: quaysideEnv(dataDir),
  })
  const exited = once(child, 'exit')
  const timer = setTimeout(() => child.kill('SIGKILL'), millis)
  expect(await exited).toEqual([null, 'SIGKILL'])
  clearTimeout(timer)
}

const pause = (millis: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, millis))

test('R5 a first start that was killed at any moment, again and again, is made good by the next', async () => {
  for (let round = 0; round < 6; round++) {
    const dataDir = temporaryFolder()
    const delays = Array.from({ length: 3 }, () => Math.round(Math.random() * 1500 + round * 100))
    for (const delay of delays) await startAndKill(dataDir, delay)

    const quayside = await startQuayside({}, { dataDir })
    onTestFinished(() => quayside.kill())

    // `api` signs in with what first-start.txt says, so the file must fit the registry.
    const { status, body } = await quayside.api('GET', '/v5/iot/{project}/apps')
    expect([delays, status, body.applications?.length]).toEqual([delays, 200, 1])
    expect(readdirSync(dataDir).filter((name) => name.endsWith('.tmp'))).toEqual([])
    expect(await quayside.stop()).toBe(0)
  }
})

test('R5 what was answered with 201 is there after kill -9, and the log knows of it', async () => {
  let quayside = await startQuayside()
  onTestFinished(() => quayside.dispose())
  const productId = await registerProduct(quayside)
  const desired = { n: 7 }
  for (let round = 0; round < 4; round++) {
    const made: string[] = []
    const create = async (lane: number): Promise<void> => {
      for (let number = 0; ; number++) {
        const { status, body } = await quayside.api('POST', '/v5/iot/{project}/devices', {
          product_id: productId,
          node_id: `r${round}l${lane}n${number}`,
          shadow: [{ service_id: 'Load', desired }],
        })
        expect(status).toBe(201)
        made.push(body.device_id)
      }
    }
    const lanes = Promise.allSettled(Array.from({ length: 8 }, (_, lane) => create(lane)))
    // On a busy machine the first answer alone may take seconds.
    await expect.poll(() => made.length, { timeout: 60_000 }).toBeGreaterThan(0)
    await pause(Math.random() * 700)

    await quayside.kill()
    await lanes

    quayside = await quayside.restart()
    expect(made.length).toBeGreaterThan(0)
    for (const deviceId of made) {
      const { status, body } = await quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}/shadow`)
      expect([status, body.shadow?.[0]?.desired?.properties]).toEqual([200, desired])
    }
  }
})

test('R5 projections that are lost, damaged, or of another version come again from the log, whatever kills that', async () => {
  let quayside = await startQuayside()
  onTestFinished(() => quayside.dispose())
  const device = await registerDevice(quayside, await registerProduct(quayside), 'one')
  const reports = 3000
  const { client } = await connectOnce(`mqtt://127.0.0.1:${quayside.ports.mqtt}`, device.credentials())
  if (!client) throw new Error(quayside.output())
  const all = Array.from({ length: reports }, (_, index) => index + 1)
  for (let start = 0; start < reports; start += 50)
    await Promise.all(
      all
        .slice(start, start + 50)
        .map((n) => client.publishAsync(device.reportTopic, loadReport(n), { qos: 1 })),
    )
  client.end(true)
  const { dataDir } = quayside
  const file = join(dataDir, 'projections.db')

  const damages: readonly (readonly [string, () => void])[] = [
    ['gone', () => rmSync(file)],
    ['cut short', () => truncateSync(file, 20_000)],
    ['empty', () => truncateSync(file, 0)],
    ['no database', () => writeFileSync(file, 'this is no database, and long enough to show it')],
    ['pages written over', () => overwrite(file, 8192, 64 * 1024)],
    ['written by a newer version', () => overwrite(file, 60, 4)],
  ]
  for (const [name, damage] of damages) {
    expect(await quayside.stop()).toBe(0)
    damage()
    for (let kills = 0; kills < 2; kills++) await startAndKill(dataDir, 600 + Math.random() * 600)
    quayside = await quayside.restart()
    expect([name, await storedNumbers(quayside, device)]).toEqual([name, all])
    const { body } = await quayside.api('GET', `/v5/iot/{project}/devices/${device.deviceId}`)
    expect([name, body.status]).toEqual([name, 'OFFLINE'])
  }
})

/** Bytes that mean nothing; at 60 stands the number of the schema (https://sqlite.org/fileformat.html §1.3). */
function overwrite(path: string, at: number, length: number): void {
  const file = openSync(path, 'r+')
  writeSync(file, new Uint8Array(length).fill(0x63), 0, length, at)
  closeSync(file)
}
