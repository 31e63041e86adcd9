import { expect, test } from 'vitest'
import { parseSimulateOptions, UsageError } from './options.ts'

const parse = (line: string, env: NodeJS.ProcessEnv = {}) =>
  parseSimulateOptions(line === '' ? [] : line.split(' '), env)
const keys = '--access-key AK --secret-key SK'

test('without options: ten devices with certificates, a report each in ten seconds, until Ctrl-C', () => {
  expect(parse('')).toMatchObject({
    devices: 10,
    auth: 'x509',
    perDeviceAndMinute: 6,
    pattern: 'steady',
    chaos: { drops: 0, reconnect: 0, bad: 0, clock: 0 },
    durationMillis: undefined,
    mqtt: 5,
    isPlain: false,
    clean: 'no',
    remote: undefined,
  })
})

test('what can be said is understood', () => {
  expect(
    parse(
      '-n 2000 --rate 1.5 --pattern night --chaos drops=1%,bad=2.5%,clock=1%,reconnect=0.5% --duration 2h',
    ),
  ).toMatchObject({
    devices: 2000,
    perDeviceAndMinute: 1.5,
    pattern: 'night',
    chaos: { drops: 0.01, bad: 0.025, clock: 0.01, reconnect: 0.005 },
    durationMillis: 7_200_000,
  })
  expect(parse('--every 500ms').perDeviceAndMinute).toBe(120)
  expect(parse('--clean').clean).toBe('only')
  expect(parse('--clean-after --mqtt 3.1.1')).toMatchObject({ clean: 'after', mqtt: 4 })
  expect(parse('--auth secret --plain').isPlain).toBe(true)
})

test('a platform elsewhere: its address, keys as options or from the environment, and where devices connect', () => {
  expect(parse(`--url https://iot.example.org:8443/ ${keys} --broker mqtts://[2001:db8::1]`).remote).toEqual({
    origin: 'https://iot.example.org:8443',
    accessKey: 'AK',
    secretKey: 'SK',
    caFile: undefined,
    broker: { host: '2001:db8::1', port: 8883, isTls: true },
  })
  const env = { QUAYSIDE_ACCESS_KEY: 'AK2', QUAYSIDE_SECRET_KEY: 'SK2' }
  expect(parse('--url http://localhost:8080', env).remote).toMatchObject({
    accessKey: 'AK2',
    secretKey: 'SK2',
  })
})

test.for([
  ['--devices 0', '--devices is a whole number from 1 to 10000, not "0".'],
  ['--devices many', '--devices is a whole number from 1 to 10000, not "many".'],
  ['--auth password', '--auth is x509 or secret, not "password".'],
  ['--pattern weekend', '--pattern is one of steady, wave, burst, night, not "weekend".'],
  ['--mqtt 4', '--mqtt is 3.1.1 or 5, not "4".'],
  ['--rate 10 --every 5s', '--rate and --every say the same in two ways: give one of them.'],
  ['--rate 0', '--rate is the number of reports of a device in a minute, up to 60000, not "0".'],
  ['--every 0s', '--every is a time such as 500ms, 10s, 5m or 2h, not "0s".'],
  ['--every 0.1ms', '--every is at least 1ms, not "0.1ms".'],
  ['--duration 5', '--duration is a time such as 500ms, 10s, 5m or 2h, not "5".'],
  [
    '--chaos drops=1%,hail=2%',
    '--chaos is a list such as drops=1%,bad=2%,clock=1%,reconnect=0.5%; "hail=2%" is none of these.',
  ],
  [
    '--chaos bad=200%',
    '--chaos is a list such as drops=1%,bad=2%,clock=1%,reconnect=0.5%; "bad=200%" is none of these.',
  ],
  [
    '--chaos toString=1%',
    '--chaos is a list such as drops=1%,bad=2%,clock=1%,reconnect=0.5%; "toString=1%" is none of these.',
  ],
  [
    '--chaos drops=60%,reconnect=60%',
    '--chaos: drops and reconnect are both of the same reports: together at most 100%.',
  ],
  ['--plain', 'Without TLS a device cannot show a certificate: add --auth secret, or leave --plain out.'],
  ['--clean --clean-after', '--clean does nothing but clean up; leave it out with --clean-after.'],
  ['--ca ca.pem', '--ca belongs to --url, the address of a platform elsewhere.'],
  [
    `--url iot.example.org ${keys}`,
    '--url is an address such as https://iot.example.org:8443, not "iot.example.org".',
  ],
  [
    '--url https://iot.example.org',
    '--url needs --access-key and --secret-key (or QUAYSIDE_ACCESS_KEY and QUAYSIDE_SECRET_KEY); on the platform: npx quayside credentials create.',
  ],
  [`--url https://a ${keys} --data-dir b`, '--url and --data-dir name two platforms: give one of them.'],
  [
    `--url https://a ${keys} --broker tcp://b`,
    '--broker is an address such as mqtts://iot.example.org:8883, not "tcp://b".',
  ],
  ['--device 5', "Unknown option '--device'."],
] as const)('%s: one sentence says what is wrong', ([line, sentence]) => {
  const attempt = () => parse(line)

  expect(attempt).toThrow(UsageError)
  expect(attempt).toThrow(sentence)
})
