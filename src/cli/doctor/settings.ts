import { lookup } from 'node:dns/promises'
import { readFileSync } from 'node:fs'
import { availableParallelism, networkInterfaces } from 'node:os'
import { version } from '../../app/version.ts'
import { type Check, type Finding, ok, problem, type Scene, warning } from './check.ts'

/** The Node.js that runs this, which runs the platform too. */
export const checkNode: Check = () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    readonly optionalDependencies: Readonly<Record<string, string>>
  }
  const pinned = Object.values(manifest.optionalDependencies)[0] ?? ''
  const { node, openssl } = process.versions
  if (node === pinned)
    return [ok('Node.js', `${node}, the one that this release is tested with (OpenSSL ${openssl}).`)]
  return [
    warning(
      'Node.js',
      `${node}; this release is tested with ${pinned}.`,
      'Start it by npm start or npx quayside, which bring the tested one; run npm install if it is not there.',
    ),
  ]
}

/** Is there a platform on this folder, and is it well? */
export const checkPlatform: Check = ({ running, lock }) => {
  if (running) {
    const { pid, health } = running
    const findings: Finding[] = [
      health.ok
        ? ok('Platform', `running as process ${pid}, and can store reports.`)
        : problem(
            'Platform',
            `running as process ${pid}, but: ${health.reason}`,
            'See the checks of the disk below.',
          ),
    ]
    if (running.version !== version())
      findings.push(
        warning(
          'Platform',
          `the running one is version ${running.version}, this is ${version()}.`,
          'Restart it to have the new version.',
        ),
      )
    return findings
  }
  if (lock === 'theirs')
    return [
      warning(
        'Platform',
        'a process uses the data folder and does not answer; it may still be starting, or be of an older version.',
        'Try again in a moment; if it stays so, look at its log.',
      ),
    ]
  return [ok('Platform', lock === 'none' ? 'has never run on this data folder.' : 'is not running.')]
}

/** Settings that can be read, and make sense together and on this machine. */
export const checkSettings: Check = async (scene) => {
  const { config, configFault } = scene
  if (!config)
    return [
      problem('Settings', configFault ?? 'cannot be read.', 'Every setting: docs/operate/configuration.md.'),
    ]
  const findings = [
    ...bindFindings(config),
    ...(await hostFindings(config)),
    ...connectionFindings(config, scene.connections),
    ...restFindings(config),
  ]
  return findings.length > 0 ? findings : [ok('Settings', 'can be read and make sense.')]
}

type Config = NonNullable<Scene['config']>

const isLoopback = (host: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+|::1)$/i.test(host)
const isEverywhere = (bind: string): boolean => bind === '0.0.0.0' || bind === '::'

function* bindFindings({ bind, publicHost }: Config): Generator<Finding> {
  const own = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? [])
  if (!isEverywhere(bind) && !isLoopback(bind) && !own.includes(bind))
    yield problem(
      'Settings',
      `QUAYSIDE_BIND is ${bind}, which is no address of this machine.`,
      `Set it to 0.0.0.0, or to one of ${own.join(', ')}.`,
    )
  if (isLoopback(bind) && !isLoopback(publicHost))
    yield warning(
      'Settings',
      `QUAYSIDE_BIND is ${bind}: only programs on this machine can connect.`,
      'Set it to 0.0.0.0 for devices on other machines.',
    )
  if (!isLoopback(bind) && isLoopback(publicHost))
    yield warning(
      'Settings',
      `QUAYSIDE_PUBLIC_HOST is ${publicHost}: devices on other machines are told to connect to themselves.`,
      'Set it to the name or address under which they reach this machine.',
    )
}

async function hostFindings({ publicHost }: Config): Promise<readonly Finding[]> {
  if (isLoopback(publicHost)) return []
  try {
    await lookup(publicHost)
    return []
  } catch {
    return [
      warning(
        'Settings',
        `QUAYSIDE_PUBLIC_HOST is ${publicHost}, a name that this machine cannot resolve.`,
        'Set it to a name in your DNS or to an IP address that devices can reach.',
      ),
    ]
  }
}

function* connectionFindings(
  { connectionsMax, connectionsPerAddressMax }: Config,
  connections: number,
): Generator<Finding> {
  if (connections > connectionsMax)
    yield problem(
      'Settings',
      `QUAYSIDE_CONNECTIONS_MAX is ${connectionsMax}: of ${connections} devices the rest is turned away.`,
      `Set it to ${connections} or more.`,
    )
  else if (connections > connectionsPerAddressMax)
    yield warning(
      'Settings',
      `QUAYSIDE_CONNECTIONS_PER_ADDRESS_MAX is ${connectionsPerAddressMax}: ${connections} devices cannot all come from one address.`,
      `Where a proxy or NAT stands between, set it to ${connections} or more; else leave it, since it is what stops a single machine that floods the ports.`,
    )
}

function* restFindings(config: Config): Generator<Finding> {
  const ports = Object.entries({
    HTTP: config.httpPort,
    HTTPS: config.httpsPort,
    MQTT: config.mqttPort,
    MQTTS: config.mqttsPort,
  }).filter(([, port]) => port !== 0)
  for (const [index, [name, port]] of ports.entries()) {
    const same = ports.slice(0, index).find(([, other]) => other === port)
    if (same)
      yield problem(
        'Settings',
        `QUAYSIDE_${same[0]}_PORT and QUAYSIDE_${name}_PORT are both ${port}.`,
        'Give each its own.',
      )
  }
  const cores = availableParallelism()
  if (config.listeners > cores)
    yield warning(
      'Settings',
      `QUAYSIDE_LISTENERS is ${config.listeners}, and there are ${cores} cores.`,
      'More threads than cores only take memory: leave it out.',
    )
  if (config.logLevel === 'debug')
    yield warning(
      'Settings',
      'QUAYSIDE_LOG_LEVEL is debug: the log grows with every connection.',
      'Set it to info when you have found what you look for.',
    )
}
