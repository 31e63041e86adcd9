import { parseArgs } from 'node:util'
import { limits } from '../../base/limits.ts'
import { type Chaos, noChaos } from '../../simulator/chaos.ts'
import { isPatternName, type PatternName, patterns } from '../../simulator/patterns.ts'

/** What was asked of `quayside simulate`. */
export interface SimulateOptions {
  readonly devices: number
  readonly auth: 'x509' | 'secret'
  readonly productId: string | undefined
  readonly perDeviceAndMinute: number
  readonly pattern: PatternName
  readonly chaos: Chaos
  readonly durationMillis: number | undefined
  readonly mqtt: 4 | 5
  /** Without TLS. */
  readonly isPlain: boolean
  readonly seed: number
  readonly resume: boolean
  /** `only`: removes what an earlier run made, and does nothing else. */
  readonly clean: 'no' | 'only' | 'after'
  /** The summary as JSON. */
  readonly json: boolean
  /** Where keys are kept; undefined: beside the platform's data, or in the user's state folder. */
  readonly folder: string | undefined
  readonly dataDir: string | undefined
  /** A platform elsewhere; undefined: the one of the data folder. */
  readonly remote: Remote | undefined
}

export interface Remote {
  /** Without a slash at the end. */
  readonly origin: string
  readonly accessKey: string
  readonly secretKey: string
  /** Path of a PEM file. */
  readonly caFile: string | undefined
  /** Host and port of the devices' listener, where they are not those that the platform tells. */
  readonly broker: { readonly host: string; readonly port: number; readonly isTls: boolean } | undefined
}

/** What was typed makes no sense; the message is a sentence. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

/** Parses what follows `quayside simulate`. Secrets may stand in the environment instead. Throws {@link UsageError}. */
export function parseSimulateOptions(argv: readonly string[], env: NodeJS.ProcessEnv): SimulateOptions {
  const values = parse(argv)
  if (values.rate !== undefined && values.every !== undefined)
    throw new UsageError('--rate and --every say the same in two ways: give one of them.')
  const auth = values.auth
  if (auth !== 'x509' && auth !== 'secret') throw new UsageError(`--auth is x509 or secret, not "${auth}".`)
  if (!isPatternName(values.pattern))
    throw new UsageError(`--pattern is one of ${Object.keys(patterns).join(', ')}, not "${values.pattern}".`)
  if (values.mqtt !== '3.1.1' && values.mqtt !== '5')
    throw new UsageError(`--mqtt is 3.1.1 or 5, not "${values.mqtt}".`)
  const remote = remoteOf(values, env)
  const isPlain = values.plain || remote?.broker?.isTls === false
  if (isPlain && auth === 'x509')
    throw new UsageError(
      'Without TLS a device cannot show a certificate: add --auth secret, or leave --plain out.',
    )
  if (values.clean && values['clean-after'])
    throw new UsageError('--clean does nothing but clean up; leave it out with --clean-after.')
  return {
    devices: whole('--devices', values.devices, 1, limits.simulatedDevicesMax),
    auth,
    productId: values.product,
    perDeviceAndMinute: rateOf(values.rate, values.every),
    pattern: values.pattern,
    chaos: parseChaos(values.chaos),
    durationMillis: values.duration === undefined ? undefined : duration('--duration', values.duration),
    mqtt: values.mqtt === '5' ? 5 : 4,
    isPlain,
    seed: whole('--seed', values.seed, 0, 0xffff_ffff),
    resume: values.resume,
    clean: values.clean ? 'only' : values['clean-after'] ? 'after' : 'no',
    json: values.json,
    folder: values.folder,
    dataDir: values['data-dir'],
    remote,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        devices: { type: 'string', short: 'n', default: '10' },
        auth: { type: 'string', default: 'x509' },
        product: { type: 'string' },
        rate: { type: 'string' },
        every: { type: 'string' },
        pattern: { type: 'string', default: 'steady' },
        chaos: { type: 'string', default: '' },
        duration: { type: 'string' },
        mqtt: { type: 'string', default: '5' },
        plain: { type: 'boolean', default: false },
        seed: { type: 'string', default: '1' },
        resume: { type: 'boolean', default: false },
        clean: { type: 'boolean', default: false },
        'clean-after': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        folder: { type: 'string' },
        'data-dir': { type: 'string' },
        url: { type: 'string' },
        'access-key': { type: 'string' },
        'secret-key': { type: 'string' },
        ca: { type: 'string' },
        broker: { type: 'string' },
      },
    }).values
  } catch (fault) {
    // Of this module's errors only these come from what was typed.
    if (!(fault instanceof TypeError)) throw fault
    throw new UsageError(`${fault.message.split('. To specify')[0]?.replace(/\.$/, '')}.`)
  }
}

type Values = ReturnType<typeof parse>

function remoteOf(values: Values, env: NodeJS.ProcessEnv): Remote | undefined {
  const { url, ca, broker } = values
  if (url === undefined) {
    const alone = (['access-key', 'secret-key', 'ca', 'broker'] as const).find(
      (name) => values[name] !== undefined,
    )
    if (alone) throw new UsageError(`--${alone} belongs to --url, the address of a platform elsewhere.`)
    return undefined
  }
  if (values['data-dir'] !== undefined)
    throw new UsageError('--url and --data-dir name two platforms: give one of them.')
  const origin = /^https?:\/\/[^/?#@]+\/?$/.test(url) ? url.replace(/\/$/, '') : undefined
  if (origin === undefined || !URL.canParse(origin))
    throw new UsageError(`--url is an address such as https://iot.example.org:8443, not "${url}".`)
  const accessKey = values['access-key'] ?? env['QUAYSIDE_ACCESS_KEY']
  const secretKey = values['secret-key'] ?? env['QUAYSIDE_SECRET_KEY']
  if (accessKey === undefined || secretKey === undefined)
    throw new UsageError(
      '--url needs --access-key and --secret-key (or QUAYSIDE_ACCESS_KEY and QUAYSIDE_SECRET_KEY); on the platform: npx quayside credentials create.',
    )
  return { origin, accessKey, secretKey, caFile: ca, broker: brokerOf(broker) }
}

function brokerOf(text: string | undefined): Remote['broker'] {
  if (text === undefined) return undefined
  const [, scheme, host, port] =
    /^(mqtts?):\/\/(\[[0-9a-fA-F:]+\]|[A-Za-z0-9.-]+)(?::(\d{1,5}))?$/.exec(text) ?? []
  if (scheme === undefined || host === undefined)
    throw new UsageError(`--broker is an address such as mqtts://iot.example.org:8883, not "${text}".`)
  const isTls = scheme === 'mqtts'
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port: port === undefined ? (isTls ? 8883 : 1883) : Number(port),
    isTls,
  }
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
  if (!(value >= min && value <= max))
    throw new UsageError(`${name} is a whole number from ${min} to ${max}, not "${text}".`)
  return value
}

function rateOf(rate: string | undefined, every: string | undefined): number {
  if (rate === undefined) {
    const perMinute = 60_000 / duration('--every', every ?? '10s')
    if (perMinute > limits.simulatedRateMax)
      throw new UsageError(`--every is at least ${60_000 / limits.simulatedRateMax}ms, not "${every}".`)
    return perMinute
  }
  const value = /^\d+(\.\d+)?$/.test(rate) ? Number(rate) : Number.NaN
  if (!(value > 0 && value <= limits.simulatedRateMax))
    throw new UsageError(
      `--rate is the number of reports of a device in a minute, up to ${limits.simulatedRateMax}, not "${rate}".`,
    )
  return value
}

const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }

/** `500ms`, `10s`, `5m`, `2h`, `1d`. */
function duration(name: string, text: string): number {
  const [, amount, unit = ''] = /^(\d{1,9}(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text) ?? []
  const millis = Number(amount) * (units[unit] ?? Number.NaN)
  if (!(millis > 0)) throw new UsageError(`${name} is a time such as 500ms, 10s, 5m or 2h, not "${text}".`)
  return millis
}

/** `drops=1%,bad=2%,clock=1%,reconnect=0.5%` */
function parseChaos(text: string): Chaos {
  const chaos: Record<keyof Chaos, number> = { ...noChaos }
  for (const part of text.split(',').filter((each) => each !== '')) {
    const [, name = '', amount] = /^\s*([a-z]+)\s*=\s*(\d+(?:\.\d+)?)%\s*$/.exec(part) ?? []
    if (!Object.hasOwn(chaos, name) || !(Number(amount) <= 100))
      throw new UsageError(
        `--chaos is a list such as drops=1%,bad=2%,clock=1%,reconnect=0.5%; "${part}" is none of these.`,
      )
    chaos[name as keyof Chaos] = Number(amount) / 100
  }
  if (chaos.drops + chaos.reconnect > 1)
    throw new UsageError('--chaos: drops and reconnect are both of the same reports: together at most 100%.')
  return chaos
}
