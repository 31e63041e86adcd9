import { hostname, availableParallelism } from 'node:os'
import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { join, resolve } from 'node:path'
import { limits } from '../base/limits.ts'
import { OperatorError } from '../base/operator-error.ts'

/** What an operator can set; defaults and meanings: `docs/operate/configuration.md` (design §2.2). */
export interface Config {
  readonly dataDir: string
  readonly bind: string
  readonly publicHost: string
  readonly accessAddress: string | undefined
  readonly httpPort: number
  readonly httpsPort: number
  readonly mqttPort: number
  readonly mqttsPort: number
  readonly listeners: number
  readonly connectionsMax: number
  readonly connectionsPerAddressMax: number
  readonly connectsPerSecondMax: number
  readonly messagesPerSecondMax: number
  readonly bytesPerSecondMax: number
  readonly keepAliveSecondsMin: number
  readonly keepAliveSecondsMax: number
  readonly subscriptionsPerConnectionMax: number
  readonly selfRegisteredDevicesMax: number
  readonly packetBytesMax: number
  readonly receiveMaximum: number
  readonly topicAliasMaximum: number
  /** See `EventTimeOptions`. */
  readonly eventTime: 'strict' | 'lenient'
  readonly adminUser: string
  readonly adminPassword: string | undefined
  readonly accessKey: string | undefined
  readonly secretKey: string | undefined
  readonly projectId: string | undefined
  readonly region: string
  readonly logLevel: LogLevel
  readonly logFormat: 'pretty' | 'json' | 'auto'
  readonly tlsCert: string | undefined
  readonly tlsKey: string | undefined
  readonly filesUrl: string | undefined
  readonly objectsEndpoint: string | undefined
  readonly objectsBucket: string | undefined
  readonly objectsRegion: string
  readonly objectsAccessKey: string | undefined
  readonly objectsSecretKey: string | undefined
}
export const logLevels = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

/** A setting the product cannot start with; the message is one sentence that names it and the remedy. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError'
}

interface Option<T> {
  /** Flag without dashes; `QUAYSIDE_` + upper case is the variable, with `_` for `-`; the file has `_` for `-`. */
  readonly flag: string
  readonly parse: (raw: string, name: string) => T
  readonly fallback: () => T
}

const text = (raw: string): string => raw
const optional = { parse: text as (raw: string) => string | undefined, fallback: () => undefined }

function shaped(pattern: RegExp, rule: string): (raw: string, name: string) => string {
  return (raw, name) => {
    if (!pattern.test(raw)) throw new ConfigError(`${name} must be ${rule}.`)
    return raw
  }
}

function whole(min: number, max: number): (raw: string, name: string) => number {
  return (raw, name) => {
    const value = /^\d{1,9}$/.test(raw) ? Number(raw) : Number.NaN
    if (!(value >= min && value <= max))
      throw new ConfigError(`${name} must be a whole number from ${min} to ${max}, not "${raw}".`)
    return value
  }
}

function zeroOr(min: number, max: number): (raw: string, name: string) => number {
  const above = whole(min, max)
  return (raw, name) => {
    if (raw === '0') return 0
    try {
      return above(raw, name)
    } catch {
      throw new ConfigError(`${name} must be 0 or a whole number from ${min} to ${max}, not "${raw}".`)
    }
  }
}

function oneOf<T extends string>(values: readonly T[]): (raw: string, name: string) => T {
  return (raw, name) => {
    const value = values.find((each) => each === raw)
    if (value === undefined)
      throw new ConfigError(`${name} must be one of ${values.join(', ')}, not "${raw}".`)
    return value
  }
}

function ipAddress(raw: string, name: string): string {
  if (!isIP(raw)) throw new ConfigError(`${name} must be an IP address such as 0.0.0.0 or ::, not "${raw}".`)
  return raw
}

/** No query and no credentials; `{bucket}` may stand in the host. */
function httpAddress(raw: string, name: string): string {
  const url = URL.parse(raw.replace('{bucket}', 'bucket'))
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (!isPlain || !/^https?:$/.test(url.protocol))
    // With a user and a password in it, it would stand in the log.
    throw new ConfigError(
      `${name} must be an address such as https://files.example.org:8443, not "${raw.replace(/\/\/.*@/, '//…@')}".`,
    )
  return raw
}

const port = whole(0, 65_535)
/** A device that has sent the largest packet waits a quarter of a minute then, within every keep alive. */
const leastBytesPerSecond = 64 * 1024
/** Room for a topic and a small report. */
const leastPacketBytes = 4096

const options: { readonly [K in keyof Config]: Option<Config[K]> } = {
  dataDir: { flag: 'data-dir', parse: text, fallback: () => 'data' },
  bind: {
    flag: 'bind',
    parse: ipAddress,
    fallback: () => '0.0.0.0',
  },
  publicHost: {
    flag: 'public-host',
    parse: shaped(/^[A-Za-z0-9.:-]{1,253}$/, 'a host name or an IP address'),
    fallback: () => hostname(),
  },
  accessAddress: {
    flag: 'access-address',
    parse: shaped(/^[A-Za-z0-9.-]{1,253}:\d{1,5}$/, 'host:port, such as iot.example.com:8883'),
    fallback: () => undefined,
  },
  httpPort: { flag: 'http-port', parse: port, fallback: () => 8080 },
  httpsPort: { flag: 'https-port', parse: port, fallback: () => 8443 },
  mqttPort: { flag: 'mqtt-port', parse: port, fallback: () => 1883 },
  mqttsPort: { flag: 'mqtts-port', parse: port, fallback: () => 8883 },
  listeners: { flag: 'listeners', parse: whole(1, 64), fallback: () => Math.min(availableParallelism(), 4) },
  connectionsMax: {
    flag: 'connections-max',
    parse: whole(1, 1_000_000),
    fallback: () => limits.connectionsMax,
  },
  connectionsPerAddressMax: {
    flag: 'connections-per-address-max',
    parse: whole(1, 1_000_000),
    fallback: () => limits.connectionsPerAddressMax,
  },
  connectsPerSecondMax: {
    flag: 'connects-per-second-max',
    parse: whole(0, 1_000_000),
    fallback: () => limits.connectsPerSecondMax,
  },
  messagesPerSecondMax: {
    flag: 'messages-per-second-max',
    parse: whole(0, 1_000_000),
    fallback: () => limits.messagesPerSecondMax,
  },
  bytesPerSecondMax: {
    flag: 'bytes-per-second-max',
    parse: zeroOr(leastBytesPerSecond, 999_999_999),
    fallback: () => limits.bytesPerSecondMax,
  },
  keepAliveSecondsMin: {
    flag: 'keep-alive-seconds-min',
    parse: whole(1, 65_535),
    fallback: () => limits.keepAliveSecondsMin,
  },
  keepAliveSecondsMax: {
    flag: 'keep-alive-seconds-max',
    parse: whole(1, 65_535),
    fallback: () => limits.keepAliveSecondsMax,
  },
  subscriptionsPerConnectionMax: {
    flag: 'subscriptions-per-connection-max',
    parse: whole(1, 1000),
    fallback: () => limits.subscriptionsPerConnectionMax,
  },
  selfRegisteredDevicesMax: {
    flag: 'self-registered-devices-max',
    parse: whole(1, 1_000_000),
    fallback: () => limits.selfRegisteredDevicesMax,
  },
  packetBytesMax: {
    flag: 'packet-bytes-max',
    parse: whole(leastPacketBytes, limits.packetBytesMax),
    fallback: () => limits.packetBytesMax,
  },
  receiveMaximum: {
    flag: 'receive-maximum',
    parse: whole(1, 1000),
    fallback: () => limits.inflightMax,
  },
  topicAliasMaximum: {
    flag: 'topic-alias-maximum',
    parse: whole(0, 1000),
    fallback: () => limits.topicAliasMax,
  },
  eventTime: {
    flag: 'event-time',
    parse: oneOf(['strict', 'lenient'] as const),
    fallback: () => 'strict',
  },
  adminUser: {
    flag: 'admin-user',
    parse: shaped(/^[A-Za-z0-9_.@-]{1,64}$/, 'at most 64 letters, digits, "_", ".", "@" and "-"'),
    fallback: () => 'admin',
  },
  adminPassword: {
    flag: 'admin-password',
    parse: shaped(/^.{8,128}$/s, '8 to 128 characters long'),
    fallback: () => undefined,
  },
  accessKey: {
    flag: 'access-key',
    parse: shaped(/^[A-Za-z0-9_-]{8,64}$/, '8 to 64 letters, digits, "_" and "-"'),
    fallback: () => undefined,
  },
  secretKey: {
    flag: 'secret-key',
    parse: shaped(/^[\x21-\x7e]{16,128}$/, '16 to 128 printable characters'),
    fallback: () => undefined,
  },
  projectId: {
    flag: 'project-id',
    parse: shaped(/^[0-9a-f]{32}$/, '32 lower-case hex digits'),
    fallback: () => undefined,
  },
  region: {
    flag: 'region',
    parse: shaped(/^[A-Za-z0-9_-]{1,64}$/, 'letters, digits, "_" and "-"'),
    fallback: () => 'local',
  },
  logLevel: { flag: 'log-level', parse: oneOf(logLevels), fallback: () => 'info' },
  logFormat: {
    flag: 'log-format',
    parse: oneOf(['pretty', 'json', 'auto'] as const),
    fallback: () => 'auto',
  },
  tlsCert: { flag: 'tls-cert', ...optional },
  tlsKey: { flag: 'tls-key', ...optional },
  filesUrl: { flag: 'files-url', parse: httpAddress, fallback: () => undefined },
  objectsEndpoint: { flag: 'objects-endpoint', parse: httpAddress, fallback: () => undefined },
  objectsBucket: {
    flag: 'objects-bucket',
    parse: shaped(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, '3 to 63 lower-case letters, digits, "." and "-"'),
    fallback: () => undefined,
  },
  objectsRegion: {
    flag: 'objects-region',
    parse: shaped(/^[A-Za-z0-9-]{1,64}$/, 'letters, digits and "-"'),
    fallback: () => 'us-east-1',
  },
  objectsAccessKey: { flag: 'objects-access-key', ...optional },
  objectsSecretKey: { flag: 'objects-secret-key', ...optional },
}

/** Announced by the design, not in this version: refused with their own sentence, never silently ignored. */
const notYet: Readonly<Record<string, string>> = {
  'database-url':
    'PostgreSQL is not supported by this version; remove the setting to use SQLite in the data folder',
  'nats-url': 'running on several machines is not supported by this version; remove the setting',
  'amqps-port': 'the AMQP listener is not part of this version; remove the setting',
}

/** Variables of ours that are no settings of the server. */
const otherVariables = new Set(['QUAYSIDE_CONFIG'])

/**
 * Reads the configuration: flag beats variable beats file beats default. `argv` holds what follows the verb.
 * Throws {@link ConfigError} for an unknown key or a bad value.
 */
export function readConfig(argv: readonly string[], env: NodeJS.ProcessEnv, cwd: string): Config {
  const flags = parseFlags(argv)
  const variables = new Map<string, string>()
  for (const [name, value] of Object.entries(env))
    if (name.startsWith('QUAYSIDE_') && !otherVariables.has(name) && value !== undefined && value !== '')
      variables.set(name.slice('QUAYSIDE_'.length).toLowerCase().replaceAll('_', '-'), value)
  const configFile = flags.get('config') ?? env['QUAYSIDE_CONFIG']
  flags.delete('config')
  refuseUnknown(flags.keys(), (flag) => `--${flag}`)
  refuseUnknown(variables.keys(), variableName)

  const dataDir = resolve(
    cwd,
    flags.get('data-dir') ?? variables.get('data-dir') ?? options.dataDir.fallback(),
  )
  const file = readFile(
    configFile === undefined ? join(dataDir, 'quayside.json') : resolve(cwd, configFile),
    configFile !== undefined,
  )
  if (configFile === undefined && file.has('data-dir'))
    throw new ConfigError(
      'data_dir cannot be set in the quayside.json of the data folder itself; use QUAYSIDE_DATA_DIR or --data-dir.',
    )
  refuseUnknown(file.keys(), fileName)

  const read = <T>({ flag, parse, fallback }: Option<T>): T => {
    const flagged = flags.get(flag)
    if (flagged !== undefined) return parse(flagged, `--${flag}`)
    const variable = variables.get(flag)
    if (variable !== undefined) return parse(variable, variableName(flag))
    const filed = file.get(flag)
    return filed === undefined ? fallback() : parse(filed, fileName(flag))
  }
  const config = Object.fromEntries(
    Object.entries(options).map(([key, option]) => [key, read(option as Option<unknown>)]),
  ) as unknown as Config
  if ((config.tlsCert === undefined) !== (config.tlsKey === undefined))
    throw new ConfigError('QUAYSIDE_TLS_CERT and QUAYSIDE_TLS_KEY belong together: set both or neither.')
  if ((config.accessKey === undefined) !== (config.secretKey === undefined))
    throw new ConfigError('QUAYSIDE_ACCESS_KEY and QUAYSIDE_SECRET_KEY belong together: set both or neither.')
  if (config.keepAliveSecondsMin > config.keepAliveSecondsMax)
    throw new ConfigError(
      'QUAYSIDE_KEEP_ALIVE_SECONDS_MIN must not be greater than QUAYSIDE_KEEP_ALIVE_SECONDS_MAX.',
    )
  return { ...config, dataDir: resolve(cwd, config.dataDir) }
}

const variableName = (flag: string): string => `QUAYSIDE_${flag.toUpperCase().replaceAll('-', '_')}`
const fileName = (flag: string): string => `${flag.replaceAll('-', '_')} in quayside.json`

function parseFlags(argv: readonly string[]): Map<string, string> {
  const flags = new Map<string, string>()
  for (let index = 0; index < argv.length; index++) {
    const [, name, inline] = /^--([a-z][a-z-]*)(?:=([\s\S]*))?$/.exec(argv[index] ?? '') ?? []
    if (name === undefined)
      throw new ConfigError(`"${argv[index]}" is not a flag; flags look like --http-port 8080.`)
    const value = inline ?? argv[++index]
    if (value === undefined) throw new ConfigError(`--${name} needs a value.`)
    flags.set(name, value)
  }
  return flags
}

function readFile(path: string, demanded: boolean): Map<string, string> {
  let content: string
  try {
    content = readFileSync(path, 'utf8')
  } catch (fault) {
    if (!demanded && (fault as NodeJS.ErrnoException).code === 'ENOENT') return new Map()
    throw new ConfigError(`The configuration file ${path} cannot be read: ${(fault as Error).message}.`)
  }
  let parsed: unknown
  try {
    parsed = JSON.parse(content)
  } catch (fault) {
    throw new ConfigError(`The configuration file ${path} is not valid JSON: ${(fault as Error).message}.`)
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new ConfigError(`The configuration file ${path} must hold one JSON object.`)
  return new Map(
    Object.entries(parsed).map(([key, value]) => {
      if (typeof value !== 'string' && typeof value !== 'number')
        throw new ConfigError(`${key} in ${path} must be a text or a number.`)
      return [key.replaceAll('_', '-'), String(value)]
    }),
  )
}

function refuseUnknown(names: Iterable<string>, show: (name: string) => string): void {
  const known = new Set(Object.values(options).map((option) => option.flag))
  for (const name of names) {
    const reason = Object.hasOwn(notYet, name) ? notYet[name] : undefined
    if (reason !== undefined) throw new ConfigError(`${show(name)}: ${reason}.`)
    if (!known.has(name))
      throw new ConfigError(`${show(name)} is not a setting of Quayside; see docs/operate/configuration.md.`)
  }
}
