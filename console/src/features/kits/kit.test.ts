import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { mosquittoLine } from './clients/mosquitto.ts'
import { mqttfxValues } from './clients/mqttfx.ts'
import { cString, shellWord } from './clients/quote.ts'
import { clientNames, kitFiles, kitOf, reportTopic, signedLogin } from './kit.ts'
import type { KitFacts } from './kit-facts.ts'
import { readme } from './readme.ts'
import { sampleReport, sampleValue } from '../../lib/sample-report.ts'

const bySecret: KitFacts = {
  host: 'iot.example.com',
  port: 8883,
  platformCa: '-----BEGIN CERTIFICATE-----\n',
  deviceId: 'p_d1',
  clientId: 'p_d1_0_0_2026112301',
  login: { secret: 'a secret of the device', password: 'f00d' },
  topic: reportTopic('p_d1'),
  report: { services: [{ service_id: 'Battery', properties: { batteryLevel: 57 } }] },
}
const byCertificate: KitFacts = { ...bySecret, login: undefined }

const textOf = (facts: KitFacts): string =>
  kitFiles(facts)
    .map(({ path, text }) => `${path}\n${text}`)
    .join('\n')

test('guide S86–S97: the client id has sign type 0 and the hour in UTC; the password is the HMAC with that hour', () => {
  const login = signedLogin('dev', 'secret', Date.parse('2018-07-24T17:56:20Z'))

  expect(login).toEqual({
    clientId: 'dev_0_0_2018072417',
    secret: 'secret',
    password: 'c82051d03ff72ffbb8bb95f651eaf4f18e0639e71d4748c2bbe41fb44e986f65',
  })
})

test('a secret that was not revealed is a placeholder everywhere', () => {
  const { clientId, ...login } = signedLogin('dev', undefined, 0)

  const text = textOf({ ...bySecret, clientId, login })

  expect(text).toContain('<password>')
  expect(text).toContain('<secret>')
})

test.each(clientNames)(
  '%s: with a certificate neither password nor secret is told, and the key is named',
  (name) => {
    const kit = kitOf[name](byCertificate)
    const text = kit.files.map((file) => file.text).join('\n')

    expect(text).not.toContain('f00d')
    expect(text).not.toContain('a secret of the device')
    expect(text).toMatch(/deviceCert\.key|device_key/)
  },
)

test.each(clientNames)('%s: with a secret no certificate of a device is asked for', (name) => {
  const text = kitOf[name](bySecret)
    .files.map((file) => file.text)
    .join('\n')

  expect(text).not.toContain('deviceCert')
  expect(text).toMatch(/f00d|a secret of the device/)
})

test('guide S99–S108: the fields of MQTT.fx under their names, the password blank for X.509', () => {
  expect(mqttfxValues(byCertificate)).toEqual([
    ['Broker Address', 'iot.example.com'],
    ['Broker Port', '8883'],
    ['Client ID', 'p_d1_0_0_2026112301'],
    ['User Name', 'p_d1'],
    ['Password', ''],
    ['CA File', 'platform-ca.pem'],
    ['Client Certificate File', 'deviceCert.pem'],
    ['Client Key File', 'deviceCert.key'],
    ['Publish', '$oc/devices/p_d1/sys/properties/report'],
  ])
})

test('MQTTX takes the file: what its import asks for is there, and paths are whole where the folder is known', () => {
  const text = kitOf.mqttx({ ...byCertificate, folder: String.raw`C:\kits\one` + '\\' }).files[0]?.text ?? ''
  const [connection] = JSON.parse(text) as Record<string, unknown>[]

  expect(connection).toMatchObject({
    clientId: 'p_d1_0_0_2026112301',
    name: 'p_d1',
    host: 'iot.example.com',
    port: 8883,
    protocol: 'mqtts',
    ssl: true,
    certType: 'self',
    ca: String.raw`C:\kits\one\platform-ca.pem`,
    key: String.raw`C:\kits\one\deviceCert.key`,
    messages: [],
    subscriptions: [],
  })
})

test('an address of IPv6 stands in brackets where it is part of a URL', () => {
  const text = textOf({ ...bySecret, host: '2001:db8::7' })

  expect(text).toContain('mqtts://[2001:db8::7]:8883')
  expect(text).toContain('-h 2001:db8::7 -p 8883')
})

test('the SDK in C is told of a port that it would not take for TLS', () => {
  const install = (port: number): string => kitOf.cSdk({ ...bySecret, port }).files[0]?.text ?? ''

  expect(install(8883)).not.toContain('MQTTS_PORT')
  expect(install(8884)).toContain('"8884"')
})

test('whatever stands in a model is one word for the shell, and one string of C', () => {
  const odd = String.raw`it's "$(reboot)" \ ??/ ` + '`x`\n设备'
  const line = mosquittoLine({ ...bySecret, report: { odd } })
  const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellWord(odd)}`], { encoding: 'utf8' })

  expect(stdout).toBe(odd)
  expect(spawnSync('sh', ['-nc', line]).status).toBe(0)
  for (const marks of [odd, '???/', '????']) expect(cString(marks)).not.toContain('??')
})

test('a kit has its certificate only when it was handed over, and its shell scripts are sound', () => {
  const paths = (files: readonly { readonly path: string }[]): readonly string[] =>
    files.map(({ path }) => path)
  const certificate = { certificatePem: 'CERTIFICATE', keyPem: 'KEY' }

  expect(paths(kitFiles(byCertificate))).not.toContain('deviceCert.key')
  expect(paths(kitFiles(byCertificate, certificate))).toContain('deviceCert.key')
  const scripts = kitFiles(byCertificate).filter(({ path }) => path.endsWith('.sh'))
  expect(scripts.map(({ text }) => spawnSync('sh', ['-n'], { input: text }).status)).toEqual([0, 0])
})

test('the README tells of each client what to install and to run', () => {
  const chapters = clientNames.map((name) => ({
    name,
    steps: [`about ${name}`],
    kit: kitOf[name](byCertificate),
  }))
  const words = { title: 'Kit', intro: 'Intro', needCertificate: 'Bring it', secretNote: 'Keep it', chapters }

  const text = readme(words, { isCertificate: true, hasCertificate: false })

  for (const name of clientNames) expect(text).toContain(`about ${name}`)
  expect(text).toContain('$ sh mosquitto/report.sh')
  expect(text).toContain('Bring it')
  expect(readme(words, { isCertificate: true, hasCertificate: true })).not.toContain('Bring it')
  expect(readme(words, { isCertificate: false, hasCertificate: false })).toContain('Keep it')
})

test('guide S39, S40: a sample of the first service with properties, within its bounds', () => {
  const properties = [
    { property_name: 'dailyActivityTime', data_type: 'int', min: '0', max: '65535', step: 1 },
  ]

  expect(sampleReport([{ service_id: 'Empty' }, { service_id: 'Connectivity', properties }])).toEqual({
    services: [{ service_id: 'Connectivity', properties: { dailyActivityTime: 57 } }],
  })
  expect(sampleReport([{ service_id: 'Empty', properties: [] }])).toBeUndefined()
})

test.each([
  [{ data_type: 'int', min: '-10', max: '10', step: 7 }, 4],
  [{ data_type: 'int', min: '100', max: '200' }, 100],
  [{ data_type: 'decimal', min: '0', max: '1', step: 0.1 }, 1],
  [{ data_type: 'decimal', step: 0 }, 57],
  [{ data_type: 'string', max_length: 3 }, 'sam'],
  [{ data_type: 'string', max_length: 0 }, 'sample'],
  [{ data_type: 'enum', enum_list: ['on', 'off'] }, 'on'],
  [{ data_type: 'boolean' }, true],
  [{ data_type: 'DateTime' }, '20151212T121212Z'],
  [{ data_type: 'jsonObject' }, {}],
  [{ data_type: 'string list' }, ['sample']],
])('a sample of %j is %j', (property, value) => {
  expect(sampleValue({ property_name: 'p', ...property })).toEqual(value)
})
