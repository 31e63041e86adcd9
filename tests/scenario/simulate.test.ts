import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Quayside, repository, startQuayside } from '../support/quayside.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

let quayside: Quayside

beforeAll(async () => {
  quayside = await startQuayside()
})
afterAll(() => quayside.dispose())

interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>
  /** Called once, when what the process says fits. */
  readonly at?: readonly [text: RegExp, act: (child: ChildProcess) => void]
}

/** A verb of the command line in a process of its own. */
async function run(args: readonly string[], { env = {}, at }: RunOptions = {}): Promise<Ended> {
  const child = spawn(process.execPath, ['src/main.ts', ...args], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: quayside.dataDir,
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? '',
      ...env,
    },
  })
  const said = { out: '', err: '' }
  let wasThere = false
  const hear = (stream: 'out' | 'err') => (chunk: Buffer) => {
    said[stream] += chunk.toString()
    if (wasThere || !at?.[0].test(said[stream])) return
    wasThere = true
    at[1](child)
  }
  child.stdout.on('data', hear('out'))
  child.stderr.on('data', hear('err'))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, ...said }
}

const simulate = (line: string, more: RunOptions = {}) =>
  run(['simulate', '--data-dir', quayside.dataDir, ...line.split(' ')], more)

async function counts() {
  const { body } = await quayside.api('GET', '/quayside/v1/{project}/devices?limit=200')
  const { body: products } = await quayside.api('GET', '/v5/iot/{project}/products')
  const { body: certificates } = await quayside.api('GET', '/v5/iot/{project}/certificates')
  return {
    devices: body.devices.length,
    products: products.products.length,
    certificates: certificates.certificates.length,
  }
}

test('R1: twenty devices with certificates, with chaos: every report is acknowledged, every bad one explained', async () => {
  const { code, out, err } = await simulate(
    '--devices 20 --every 500ms --duration 5s --chaos drops=4%,bad=20%,clock=5%,reconnect=2% --json',
  )

  expect([code, err]).toEqual([0, expect.stringContaining('20 devices of "Simulated sensor"')])
  const summary = JSON.parse(out)
  expect(summary).toMatchObject({
    devices_connected: 20,
    not_acknowledged: 0,
    refused_unexpectedly: 0,
    refused_connections: {},
  })
  expect(summary.reports).toBe(summary.acknowledged)
  expect(summary.reports).toBeGreaterThan(100)
  expect(summary.refused).toBe(summary.chaos.bad)
  expect(summary.refused).toBeGreaterThan(5)
  const told = Object.values<number>(summary.verdicts).reduce((a, b) => a + b, 0)
  expect(told).toBe(summary.refused)

  const { body: list } = await quayside.api('GET', '/quayside/v1/{project}/devices?limit=200')
  expect(list.devices).toHaveLength(20)
  const [device] = list.devices
  const { body: shadow } = await quayside.api('GET', `/v5/iot/{project}/devices/${device.device_id}/shadow`)
  const climate = shadow.shadow.find((each: { service_id: string }) => each.service_id === 'Climate')
  expect(climate.reported.properties.temperature).toBeGreaterThanOrEqual(-20)
  expect(climate.reported.properties.humidity).toBeLessThanOrEqual(100)
  expect((await simulate('--clean')).out).toContain('Cleaned up: 20 devices, the product, the CA certificate')
  expect(await counts()).toEqual({ devices: 0, products: 0, certificates: 0 })
})

test('S10: keys of the devices are for their owner alone; another run must say what becomes of them', async () => {
  await simulate('--devices 2 --auth secret --duration 1s')
  const folder = join(quayside.dataDir, 'simulator')

  expect(statSync(folder).mode & 0o777).toBe(0o700)
  expect(statSync(join(folder, 'fleet.jsonl')).mode & 0o777).toBe(0o600)
  const { code, err } = await simulate('--devices 5')
  expect(code).toBe(1)
  expect(err).toContain('An earlier run left 2 devices')
  expect((await simulate('--clean')).code).toBe(0)
})

test('the devices of an earlier run come back, with more of them, and everything is removed at the end', async () => {
  await simulate('--devices 3 --duration 1s')

  const { code, out } = await simulate('--devices 5 --resume --every 1s --duration 2s --clean-after')

  expect(code).toBe(0)
  expect(out).toContain('5 of 5 connected')
  expect(out).toContain('Cleaned up: 5 devices, the product, the CA certificate, the keys.')
  expect(await counts()).toEqual({ devices: 0, products: 0, certificates: 0 })
  expect(existsSync(join(quayside.dataDir, 'simulator'))).toBe(false)
})

test('R7: Ctrl-C ends it in good order: what was sent is acknowledged, and the devices are offline', async () => {
  const { code, out } = await simulate('--devices 5 --auth secret --plain --mqtt 3.1.1 --every 200ms', {
    at: [/00:(0[2-9]|[1-5]\d) {2}connected 5\/5/, (child) => void child.kill('SIGINT')],
  })

  expect(code).toBe(0)
  expect(out).toMatch(/reports +(\d+) sent, \1 acknowledged/)
  expect(out).toContain('go on with --resume')
  const statuses = async () =>
    (await quayside.api('GET', '/quayside/v1/{project}/devices?limit=10')).body.devices.map(
      ({ status }: { status: string }) => status,
    )
  await expect.poll(statuses).toEqual(Array.from({ length: 5 }, () => 'OFFLINE'))
  const { code: cleaned, out: said } = await simulate('--clean')
  expect([cleaned, said]).toEqual([
    0,
    expect.stringContaining('Cleaned up: 5 devices, the product, the keys.'),
  ])
  expect(await counts()).toEqual({ devices: 0, products: 0, certificates: 0 })
})

test('a platform elsewhere, over HTTPS with an access key: its own product, whose devices and model stay its own', async () => {
  const { status, body: product } = await quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'pump',
    device_type: 'Pump',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [
      {
        service_id: 'Flow',
        properties: [
          { property_name: 'litres', data_type: 'int', method: 'R', min: '5', max: '50', step: 5 },
          { property_name: 'never', data_type: 'int', method: 'R', min: '0.2', max: '0.8' },
        ],
      },
    ],
  })
  expect(status).toBe(201)
  const folder = join(temporaryFolder(), 'keys')
  const { accessKey, secretKey } = quayside.credentials
  const ca = join(quayside.dataDir, 'tls', 'platform-ca.pem')
  const elsewhere = ['simulate', '--url', `https://localhost:${quayside.ports.https}`, '--folder', folder]
  const env = { QUAYSIDE_ACCESS_KEY: accessKey, QUAYSIDE_SECRET_KEY: secretKey }
  const untrusting = await run([...elsewhere, '--product', product.product_id], { env })
  const args = [...elsewhere, '--ca', ca]
  const { code, out } = await run(
    [...args, '--product', product.product_id, '--devices', '3', '--every', '500ms', '--duration', '2s'],
    { env },
  )

  expect(untrusting.code).toBe(1)
  expect(untrusting.err).toContain('give the CA of its certificate with --ca platform-ca.pem')
  expect(code).toBe(0)
  expect(out).toContain('No value fits the rules of Flow.never; left out of the reports.')
  const { body: list } = await quayside.api('GET', '/quayside/v1/{project}/devices?limit=10')
  const { device_id: deviceId } = list.devices[0]
  const { body: shadow } = await quayside.api('GET', `/v5/iot/{project}/devices/${deviceId}/shadow`)
  expect(shadow.shadow[0].reported.properties.litres % 5).toBe(0)

  const cleaned = await run([...args, '--clean'], { env })
  expect(cleaned.out).toContain('Cleaned up: 3 devices, the CA certificate, the keys.')
  expect(await counts()).toEqual({ devices: 0, products: 1, certificates: 0 })
})

test('devices that are refused make it fail, and the platform says why', async () => {
  await simulate('--devices 2 --duration 1s')
  const { body } = await quayside.api('GET', '/v5/iot/{project}/certificates')
  await quayside.api('DELETE', `/v5/iot/{project}/certificates/${body.certificates[0].certificate_id}`)

  const { code, out } = await simulate('--devices 2 --resume --duration 1s')

  expect(code).toBe(1)
  expect(out).toContain('0 of 2 connected')
  expect(out).toContain('Connections that the platform refused')
  expect(out).toMatch(/→ .*CA/)
  expect((await simulate('--clean')).code).toBe(0)
})

test('R5: a platform that is killed in the middle and comes back has every report in the end', async () => {
  let restarted: Promise<Quayside> | undefined
  // A busy machine starts it in ten seconds, and who tried all the while tries again up to sixteen later.
  const { code, out } = await simulate('--devices 10 --every 200ms --duration 30s --json --clean-after', {
    at: [/00:(0[2-9]|[1-5]\d) {2}connected 10\/10/, () => void (restarted = killAndRestart())],
  })
  quayside = await (restarted ?? quayside)
  const summary = JSON.parse(out)
  expect([code, summary.not_acknowledged, summary.devices_connected]).toEqual([0, 0, 10])
  expect(summary.acknowledged).toBe(summary.reports)
  expect(summary.reconnects).toBeGreaterThanOrEqual(10)
  expect(await counts()).toMatchObject({ devices: 0, certificates: 0 })
})

async function killAndRestart(): Promise<Quayside> {
  await quayside.kill()
  return quayside.restart()
}

test('quayside doctor finds its own platform on the ports, and nothing wrong with it', async () => {
  const { code, out } = await run(['doctor', '--data-dir', quayside.dataDir, '--json'], {
    env: {
      QUAYSIDE_BIND: '127.0.0.1',
      QUAYSIDE_PUBLIC_HOST: 'localhost',
      QUAYSIDE_HTTP_PORT: '0',
      QUAYSIDE_HTTPS_PORT: '0',
      QUAYSIDE_MQTT_PORT: '0',
      QUAYSIDE_MQTTS_PORT: String(quayside.ports.mqtts),
    },
  })

  const report = JSON.parse(out)
  expect([code, report.problems]).toEqual([0, 0])
  const sentenceOf = (about: string) =>
    report.findings.find((finding: { about: string }) => finding.about === about).sentence
  expect(sentenceOf('Port MQTTS')).toBe(`${quayside.ports.mqtts}, held by our platform.`)
  expect(sentenceOf('Platform')).toBe(`running as process ${quayside.process.pid}, and can store reports.`)
})

test('a product that is not there, or has nothing to report, stops it before anything is made', async () => {
  const { body: empty } = await quayside.api('POST', '/v5/iot/{project}/products', {
    name: 'empty',
    device_type: 'Empty',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: [],
  })
  const unknown = await simulate('--product no-such-product')
  const nothing = await simulate(`--product ${empty.product_id}`)

  expect([unknown.code, unknown.err]).toEqual([
    1,
    expect.stringContaining('There is no product no-such-product'),
  ])
  expect([nothing.code, nothing.err]).toEqual([
    1,
    expect.stringContaining('no property that a device could report'),
  ])
  expect(existsSync(join(quayside.dataDir, 'simulator'))).toBe(false)
  await quayside.api('DELETE', `/v5/iot/{project}/products/${empty.product_id}`)
})

test('without a platform, simulate says how to have one; doctor tells what is not there', async () => {
  const nowhere = temporaryFolder()

  const simulated = await run(['simulate', '--data-dir', nowhere])
  const doctored = await run(['doctor', '--data-dir', nowhere, '--http-port', 'x'])

  expect([simulated.code, simulated.err]).toEqual([
    1,
    expect.stringContaining('No platform runs on the data folder'),
  ])
  expect([doctored.code, doctored.out]).toEqual([1, expect.stringMatching(/PROBLEM +Settings/)])
})
