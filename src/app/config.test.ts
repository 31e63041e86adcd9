import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readConfig } from './config.ts'

const folder = (): string => mkdtempSync(join(tmpdir(), 'quayside-config-'))

test('without any setting the documented defaults hold', () => {
  const config = readConfig([], {}, '/srv')

  expect(config).toMatchObject({
    dataDir: '/srv/data',
    bind: '0.0.0.0',
    httpPort: 8080,
    httpsPort: 8443,
    mqttPort: 1883,
    mqttsPort: 8883,
    region: 'local',
    adminUser: 'admin',
    logLevel: 'info',
  })
})

test('a flag beats a variable, which beats the file', () => {
  const dir = folder()
  writeFileSync(join(dir, 'quayside.json'), '{"http_port": 1, "mqtt_port": 1, "mqtts_port": 1}')

  const config = readConfig(
    ['--http-port=3', '--data-dir', dir],
    { QUAYSIDE_HTTP_PORT: '2', QUAYSIDE_MQTT_PORT: '2' },
    '/',
  )

  expect([config.httpPort, config.mqttPort, config.mqttsPort]).toEqual([3, 2, 1])
})

test.each([
  [['--colour', 'red'], {}, '--colour is not a setting'],
  [[], { QUAYSIDE_COLOUR: 'red' }, 'QUAYSIDE_COLOUR is not a setting'],
  [
    [],
    { QUAYSIDE_HTTP_PORT: '80a' },
    'QUAYSIDE_HTTP_PORT must be a whole number from 0 to 65535, not "80a".',
  ],
  [['--http-port'], {}, '--http-port needs a value.'],
  [['8080'], {}, '"8080" is not a flag'],
  [[], { QUAYSIDE_EVENT_TIME: 'on' }, 'QUAYSIDE_EVENT_TIME must be one of strict, lenient, not "on".'],
  [[], { QUAYSIDE_LOG_LEVEL: 'loud' }, 'must be one of debug, info, warn, error'],
  [[], { QUAYSIDE_ADMIN_PASSWORD: 'short' }, '8 to 128 characters'],
  [[], { QUAYSIDE_TLS_CERT: '/a.pem' }, 'belong together'],
  [[], { QUAYSIDE_BIND: '999.9.9.9' }, 'QUAYSIDE_BIND must be an IP address'],
  [[], { QUAYSIDE_ACCESS_KEY: 'ABCDEFGHIJ' }, 'belong together'],
  [[], { QUAYSIDE_BYTES_PER_SECOND_MAX: '1000' }, 'must be 0 or a whole number from 65536 to 999999999'],
  [[], { QUAYSIDE_KEEP_ALIVE_SECONDS_MIN: '1201' }, 'must not be greater than'],
  [[], { QUAYSIDE_PACKET_BYTES_MAX: '2000000' }, 'a whole number from 4096 to 1052672'],
  [
    [],
    { QUAYSIDE_OBJECTS_ENDPOINT: 'https://me:hidden@files.example.org' },
    'QUAYSIDE_OBJECTS_ENDPOINT must be an address such as https://files.example.org:8443, not "https://…@files.example.org".',
  ],
  [[], { QUAYSIDE_DATABASE_URL: 'postgres://x' }, 'PostgreSQL is not supported by this version'],
] as const)('the start is refused with one sentence: %j %j', (argv, env, sentence) => {
  expect(() => readConfig(argv, env, '/srv')).toThrow(sentence)
})

test.each([
  ['{"colour": "red"}', 'colour in quayside.json is not a setting'],
  ['[]', 'must hold one JSON object'],
  ['{', 'is not valid JSON'],
  ['{"http_port": {}}', 'must be a text or a number'],
  ['{"data_dir": "/x"}', 'cannot be set in the quayside.json of the data folder'],
])('a configuration file with %s is refused', (content, sentence) => {
  const dir = folder()
  writeFileSync(join(dir, 'quayside.json'), content)

  expect(() => readConfig(['--data-dir', dir], {}, '/')).toThrow(sentence)
})

test('a configuration file that was asked for must be there', () => {
  expect(() => readConfig(['--config', '/nowhere/q.json'], {}, '/')).toThrow('cannot be read')
})

test('an empty variable counts as not set', () => {
  expect(readConfig([], { QUAYSIDE_HTTP_PORT: '' }, '/').httpPort).toBe(8080)
})
