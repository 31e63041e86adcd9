import { execFile, execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { IClientOptions } from 'mqtt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { clientIdOf, connectOnce, publish } from '../support/device-client.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'

/*
 * The guide "Connecting a device that uses the X.509 certificate", step by step, with its own commands and its own
 * sample values (checklist S1–S124), against the whole product in a process of its own.
 */

const run = promisify(execFile)

// What the guide suggests at each prompt (S51, S58, S68): CA and device certificate get the same subject.
const sampleSubject = ['CN', 'GD', 'SZ', 'Huawei', 'IoT', 'zhangsan', '1234567@163.com']
const csrExtras = ['1234321', 'Huawei']

// The guide's own payload (S119).
const guideReport = {
  services: [
    { service_id: 'Connectivity', properties: { dailyActivityTime: 57 }, event_time: '20151212T121212Z' },
    { service_id: 'Battery', properties: { batteryLevel: 80 }, event_time: '20151212T121212Z' },
  ],
}

let quayside: Quayside
let dir: string
let productId: string
let deviceId: string
let certificateId: string

/** Types one of the guide's openssl commands as it stands, answering its prompts. */
function openssl(command: string, answers: readonly string[] = []): string {
  return execFileSync('openssl', command.split(' ').slice(1), {
    cwd: dir,
    input: answers.map((answer) => `${answer}\n`).join(''),
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'pipe'],
  })
}

const file = (name: string): string => readFileSync(join(dir, name), 'utf8')
const iot = (path: string): string => `/v5/iot/{project}${path}`
const own = (path: string): string => `/quayside/v1/{project}${path}`

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await quayside.api(method, path, body)
  expect([answer.status, answer.body]).toEqual([
    expect.toSatisfy((status: number) => status < 300),
    answer.body,
  ])
  return answer.body
}

/** Connects over 8883 the way the guide's MQTT.fx does: user name the device id, password left blank. */
function connectMqtts(options: IClientOptions = {}) {
  return connectOnce(`mqtts://localhost:${quayside.ports.mqtts}`, {
    ca: file('platform-ca.pem'),
    cert: file('deviceCert.pem'),
    key: file('deviceCert.key'),
    clientId: clientIdOf(deviceId),
    username: deviceId,
    password: '',
    ...options,
  })
}

/** What `connect` came to, and how the API explains the refusal that it left. */
async function refused(
  connect: () => ReturnType<typeof connectOnce>,
): Promise<{ code: number | undefined; refusal: Body }> {
  const since = Date.now()
  const { code } = await connect()
  return { code, refusal: await refusalSince(since) }
}

/** The refused connection of this moment or later: its verdict is written beside the answer, not before it. */
async function refusalSince(since: number): Promise<Body> {
  const find = async () =>
    (await ok('GET', own(`/connections?outcome=refused&limit=1&since=${since}`))).connections[0]
  await expect.poll(find, { interval: 20 }).toBeDefined()
  return find()
}

async function waitForStatus(status: string): Promise<void> {
  await expect
    .poll(async () => (await ok('GET', iot(`/devices/${deviceId}`))).status, {
      interval: 50,
    })
    .toBe(status)
}

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'quayside-guide-'))
  quayside = await startQuayside()
})

afterAll(async () => {
  await quayside.dispose()
  rmSync(dir, { recursive: true })
})

describe('the guide', () => {
  test('S10–S15 access details: hosts, ports and the CA that devices must trust', async () => {
    const platform = await ok('GET', own('/platform'))
    const ca = await fetch(`http://127.0.0.1:${quayside.ports.http}/resources/platform-ca.pem`)

    writeFileSync(join(dir, 'platform-ca.pem'), await ca.text())

    expect(ca.status).toBe(200)
    expect(JSON.stringify(platform)).toContain(String(quayside.ports.mqtts))
    expect(openssl('openssl x509 -in platform-ca.pem -noout -text')).toContain('CA:TRUE')
  })

  test('S16–S26 a product is created, in the default resource space, with an allotted id', async () => {
    const product = await ok('POST', iot('/products'), {
      name: 'meter',
      device_type: 'Meter',
      protocol_type: 'MQTT',
      data_format: 'json',
      industry: 'Default',
      service_capabilities: [],
    })
    productId = product.product_id

    expect(productId).toMatch(/^[0-9a-f]{24}$/)
  })

  test('S27–S40 the model gets its two services', async () => {
    const property = (name: string, max: string, unit: string) => ({
      property_name: name,
      data_type: 'int',
      method: 'R',
      min: '0',
      max,
      step: 1,
      unit,
    })
    const services = [
      {
        service_id: 'Connectivity',
        service_type: 'Connectivity',
        description: 'Connectivity',
        properties: [property('dailyActivityTime', '65535', 's')],
      },
      {
        service_id: 'Battery',
        service_type: 'Battery',
        description: 'Battery',
        properties: [property('batteryLevel', '100', '%')],
      },
    ]

    const product = await ok('PUT', iot(`/products/${productId}`), { service_capabilities: services })

    expect(product.service_capabilities).toMatchObject(services)
  })

  test('S41–S52 a commissioning CA is made with the sample values and uploaded: it is Unverified', async () => {
    openssl('openssl genrsa -out rootCA.key 2048')
    openssl('openssl req -x509 -new -nodes -key rootCA.key -sha256 -days 1024 -out rootCA.pem', sampleSubject)

    const certificate = await ok('POST', iot('/certificates'), { content: file('rootCA.pem') })
    certificateId = certificate.certificate_id

    expect(certificate).toMatchObject({ status: false, cn_name: 'zhangsan', owner: 'Huawei' })
    expect(certificate.verify_code).toMatch(/^[0-9a-f]{32}$/)
  })

  test('S53–S63 a verification certificate with the code as its Common Name makes the CA Verified', async () => {
    const { verify_code: code } = await ok('GET', iot(`/certificates/${certificateId}`))
    openssl('openssl genrsa -out verificationCert.key 2048')
    const answers = [...sampleSubject.with(5, code), ...csrExtras]
    openssl('openssl req -new -key verificationCert.key -out verificationCert.csr', answers)
    openssl(
      'openssl x509 -req -in verificationCert.csr -CA rootCA.pem -CAkey rootCA.key -CAcreateserial -out verificationCert.pem -days 500 -sha256',
    )

    await ok('POST', iot(`/certificates/${certificateId}/action?action_id=verify`), {
      verify_content: file('verificationCert.pem'),
    })

    expect((await ok('GET', iot(`/certificates/${certificateId}`))).status).toBe(true)
  })

  test('S64–S80 a device certificate is made and the device registered with the printed fingerprint', async () => {
    openssl('openssl genrsa -out deviceCert.key 2048')
    openssl('openssl req -new -key deviceCert.key -out deviceCert.csr', [...sampleSubject, ...csrExtras])
    openssl(
      'openssl x509 -req -in deviceCert.csr -CA rootCA.pem -CAkey rootCA.key -CAcreateserial -out deviceCert.pem -days 500 -sha256',
    )
    const printed = openssl('openssl x509 -fingerprint -sha256 -in deviceCert.pem -noout')
    const fingerprint = printed.trim().split('=')[1] ?? ''
    const register = (nodeId: string, text: string) =>
      ok('POST', iot('/devices'), {
        product_id: productId,
        node_id: nodeId,
        device_name: 'the meter',
        auth_info: { auth_type: 'CERTIFICATES', fingerprint: text },
      })

    const device = await register('fouquan1', fingerprint.replaceAll(':', ''))
    const withColons = await register('fouquan2', fingerprint)
    deviceId = device.device_id

    expect(device).toMatchObject({ device_id: `${productId}_fouquan1`, status: 'INACTIVE' })
    expect(withColons.auth_info.fingerprint).toBe(device.auth_info.fingerprint)
  })

  test('S81–S110 mosquitto_pub connects on 8883 with a blank password and reports; the device is activated', async () => {
    await run('mosquitto_pub', [
      ...['-h', 'localhost', '-p', String(quayside.ports.mqtts), '-q', '1'],
      ...['--cafile', join(dir, 'platform-ca.pem')],
      ...['--cert', join(dir, 'deviceCert.pem'), '--key', join(dir, 'deviceCert.key')],
      ...['-i', clientIdOf(deviceId), '-u', deviceId],
      ...['-t', `$oc/devices/${deviceId}/sys/properties/report`, '-m', JSON.stringify(guideReport)],
    ])

    await waitForStatus('OFFLINE')
    const device = await ok('GET', iot(`/devices/${deviceId}`))
    expect(device.active_time).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  })

  test('S111–S121 the reported values are in the shadow and the history, at the time the device gave', async () => {
    const { shadow } = await ok('GET', iot(`/devices/${deviceId}/shadow`))
    const { points } = await ok(
      'GET',
      own(`/devices/${deviceId}/history?service_id=Battery&property=batteryLevel`),
    )

    expect(shadow).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          service_id: 'Battery',
          reported: { properties: { batteryLevel: 80 }, event_time: '20151212T121212Z' },
        }),
        expect.objectContaining({
          service_id: 'Connectivity',
          reported: { properties: { dailyActivityTime: 57 }, event_time: '20151212T121212Z' },
        }),
      ]),
    )
    expect(points).toEqual([
      expect.objectContaining({ time: '2015-12-12T12:12:12.000Z', time_source: 'device', value: 80 }),
    ])
  })

  test.each([
    ['3.1.1', 4],
    ['5.0', 5],
  ] as const)(
    'S110 with MQTT.js over MQTT %s the device is ONLINE, then OFFLINE',
    async (_, protocolVersion) => {
      const { code, client } = await connectMqtts({ protocolVersion })
      expect(code).toBe(0)
      await waitForStatus('ONLINE')
      await publish(client!, `$oc/devices/${deviceId}/sys/properties/report`, JSON.stringify(guideReport))

      await client!.endAsync()

      await waitForStatus('OFFLINE')
    },
  )

  test('S117 a report without event_time is kept at the time of receipt', async () => {
    const before = Date.now()
    const { client } = await connectMqtts()
    const report = { services: [{ service_id: 'Battery', properties: { batteryLevel: 79 } }] }
    await publish(client!, `$oc/devices/${deviceId}/sys/properties/report`, JSON.stringify(report))
    await client!.endAsync()

    const { points } = await ok(
      'GET',
      own(`/devices/${deviceId}/history?service_id=Battery&property=batteryLevel&order=desc&limit=1`),
    )

    expect(points[0]).toMatchObject({ value: 79, time_source: 'received' })
    expect(Date.parse(points[0].time)).toBeGreaterThanOrEqual(before)
  })
})

describe('each way to fail is told by its code and explained', () => {
  interface Failure {
    readonly why: string
    readonly code: number
    readonly verdict: string
    readonly connect: () => ReturnType<typeof connectOnce>
  }
  const failures: readonly Failure[] = [
    {
      why: 'no certificate',
      code: 4,
      verdict: 'certificate-missing',
      connect: () => connectMqtts({ cert: undefined, key: undefined }),
    },
    {
      why: 'port 1883 instead of 8883',
      code: 4,
      verdict: 'certificate-plain-port',
      connect: () =>
        connectOnce(`mqtt://localhost:${quayside.ports.mqtt}`, {
          clientId: clientIdOf(deviceId),
          username: deviceId,
        }),
    },
    {
      why: 'a client id without its four parts',
      code: 2,
      verdict: 'client-id-incomplete',
      connect: () => connectMqtts({ clientId: deviceId }),
    },
    {
      why: 'a user name that is not the device id',
      code: 4,
      verdict: 'username-mismatch',
      connect: () => connectMqtts({ username: 'somebody' }),
    },
    {
      why: 'a device that is not registered',
      code: 4,
      verdict: 'device-unknown',
      connect: () => connectMqtts({ clientId: clientIdOf('nobody'), username: 'nobody' }),
    },
    {
      why: 'a keep alive of 5 seconds',
      code: 2,
      verdict: 'keep-alive-out-of-range',
      connect: () => connectMqtts({ keepalive: 5 }),
    },
  ]

  test.each(failures)('$why: CONNACK $code', async ({ code, verdict, connect }) => {
    const outcome = await refused(connect)
    const { refusal } = outcome

    expect([outcome.code, refusal.code]).toEqual([code, verdict])
    expect(refusal.sentence).not.toBe('')
    expect(refusal.remedy).not.toBe('')
    expect(refusal.answer.mqtt).toBe(code)
  })

  test('another certificate of the same CA: CONNACK 5, fingerprint-mismatch', async () => {
    openssl('openssl genrsa -out otherCert.key 2048')
    openssl('openssl req -new -key otherCert.key -out otherCert.csr', [...sampleSubject, ...csrExtras])
    openssl(
      'openssl x509 -req -in otherCert.csr -CA rootCA.pem -CAkey rootCA.key -out otherCert.pem -days 500 -sha256',
    )

    const { code, refusal } = await refused(() =>
      connectMqtts({ cert: file('otherCert.pem'), key: file('otherCert.key') }),
    )

    expect([code, refusal.code]).toEqual([5, 'fingerprint-mismatch'])
  })

  test('a certificate of a CA that was never uploaded: CONNACK 4, certificate-ca-unknown', async () => {
    openssl('openssl genrsa -out strangerCA.key 2048')
    openssl('openssl req -x509 -new -nodes -key strangerCA.key -sha256 -days 1024 -out strangerCA.pem', [
      ...sampleSubject.with(5, 'lisi'),
    ])
    openssl(
      'openssl x509 -req -in otherCert.csr -CA strangerCA.pem -CAkey strangerCA.key -out stranger.pem -days 500 -sha256',
    )

    const { code, refusal } = await refused(() =>
      connectMqtts({ cert: file('stranger.pem'), key: file('otherCert.key') }),
    )

    expect([code, refusal.code]).toEqual([4, 'certificate-ca-unknown'])
  })

  test('S46 a certificate of a CA that is uploaded but Unverified: CONNACK 4, certificate-ca-unverified', async () => {
    const { certificate_id: unverified } = await ok('POST', iot('/certificates'), {
      content: file('strangerCA.pem'),
    })

    const { code, refusal } = await refused(() =>
      connectMqtts({ cert: file('stranger.pem'), key: file('otherCert.key') }),
    )

    expect([code, refusal.code]).toEqual([4, 'certificate-ca-unverified'])
    expect(refusal.sentence).toContain('lisi')
    await ok('DELETE', iot(`/certificates/${unverified}`))
  })

  test('MQTT 5.0 gets the 5.0 code for the same fault', async () => {
    const { code } = await connectMqtts({ protocolVersion: 5, cert: undefined, key: undefined })

    expect(code).toBe(0x86)
  })

  test('a client that does not trust the platform CA is told apart from a refused device', async () => {
    const distrust = async (): Promise<string> => {
      const since = Date.now()
      const attempt = run('mosquitto_pub', [
        ...['-h', 'localhost', '-p', String(quayside.ports.mqtts), '--cafile', join(dir, 'rootCA.pem')],
        ...['-i', clientIdOf(deviceId), '-u', deviceId, '-t', 'x', '-m', 'x'],
      ])
      await expect(attempt).rejects.toThrow()
      return (await refusalSince(since)).code
    }

    // The client says why and hangs up at once: when its reset overtakes the reason, only the hanging up is seen.
    await expect.poll(distrust, { interval: 100 }).toBe('tls-client-distrusts-server')
  })

  test('a value outside the model is acknowledged, not stored, and explained', async () => {
    const { client } = await connectMqtts({ protocolVersion: 5 })
    const report = { services: [{ service_id: 'Battery', properties: { batteryLevel: 101 } }] }

    const refused = publish(client!, `$oc/devices/${deviceId}/sys/properties/report`, JSON.stringify(report))

    await expect(refused).rejects.toMatchObject({ code: 0x99 })
    await client!.endAsync()
    const verdict = await ok('POST', own('/explain/report'), {
      device_id: deviceId,
      payload: JSON.stringify(report),
    })
    expect(verdict.services[0].values[0]).toMatchObject({
      outcome: 'refused',
      code: 'value-above-max',
      seen: 101,
    })
    const { shadow } = await ok('GET', iot(`/devices/${deviceId}/shadow`))
    const battery = shadow.find((service: Body) => service.service_id === 'Battery')
    expect(battery.reported.properties.batteryLevel).not.toBe(101)
  })

  test('X9 deleting the CA closes the connection that rests on it, and refuses the next', async () => {
    const { client } = await connectMqtts()
    const closed = new Promise<void>((resolve) => client!.once('close', () => resolve()))

    await ok('DELETE', iot(`/certificates/${certificateId}`))
    await closed

    const { code, refusal } = await refused(connectMqtts)
    expect([code, refusal.code]).toEqual([4, 'certificate-ca-unknown'])
  })
})
