import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../app/config.ts'
import { askServer } from '../../app/control-socket.ts'
import { dataPaths } from '../../app/data-folder.ts'
import type { PlatformEntry } from '../../app/platform-verbs.ts'
import { OperatorError } from '../../base/operator-error.ts'
import type { Target } from '../../simulator/connection.ts'
import { openPlatformClient, type PlatformClient } from '../../simulator/platform-client.ts'
import { trustAlso } from '../../simulator/trust.ts'
import type { Remote, SimulateOptions } from './options.ts'

/** A platform, ready to be used. */
export interface Access {
  readonly client: PlatformClient
  readonly projectId: string
  readonly origin: string
  readonly target: Target
  /** Where the keys of its simulated devices are kept. */
  readonly folder: string
}

/** The part of the platform's facts that is read here (ShowPlatform). */
interface PlatformFacts {
  readonly listeners: readonly { readonly name: string; readonly port: number }[]
  readonly public_host?: string
  readonly ca?: { readonly content: string }
}

/** Finds the platform and gets in; throws {@link OperatorError} with a remedy. This process trusts its CA from then on. */
export function enterPlatform(options: SimulateOptions): Promise<Access> {
  return options.remote ? enterRemote(options.remote, options) : enterLocal(options)
}

async function enterLocal(options: SimulateOptions): Promise<Access> {
  const flags = options.dataDir === undefined ? [] : ['--data-dir', options.dataDir]
  const { dataDir } = readConfig(flags, process.env, process.cwd())
  const answer = await askServer(dataPaths(dataDir).controlSocket, 'platform.enter', {}).catch(
    (cause: Error) => {
      throw new OperatorError(`The platform on ${dataDir} does not let the simulator in: ${cause.message}.`, {
        cause,
      })
    },
  )
  if (answer === undefined)
    throw new OperatorError(
      `No platform runs on the data folder ${dataDir}; start it with npx quayside start, name its folder with --data-dir, or a platform elsewhere with --url.`,
    )
  // The server's own type: both ends are of one version, or the server says that it does not know the verb.
  const entry = answer as unknown as PlatformEntry
  const { ports, bind, token, project_id: projectId, public_host: serverName } = entry
  trustAlso(entry.ca)
  const host = bind === '0.0.0.0' ? '127.0.0.1' : bind === '::' ? '::1' : bind
  const origin = `http://${host.includes(':') ? `[${host}]` : host}:${ports.http}`
  const isTls = !options.isPlain
  return {
    client: openPlatformClient({ origin, caller: { kind: 'token', token } }),
    projectId,
    origin,
    target: {
      host,
      port: isTls ? ports.mqtts : ports.mqtt,
      isTls,
      serverName,
      protocolLevel: options.mqtt,
    },
    folder: options.folder ?? join(dataDir, 'simulator'),
  }
}

async function enterRemote(remote: Remote, options: SimulateOptions): Promise<Access> {
  const { origin, accessKey, secretKey, caFile, broker } = remote
  if (caFile !== undefined) trustAlso(readCa(caFile))
  const client = openPlatformClient({ origin, caller: { kind: 'keys', accessKey, secretKey } })
  const { projects } = (await client.call('GET', '/v3/projects')) as {
    readonly projects: readonly { readonly id: string }[]
  }
  const projectId = projects[0]?.id
  if (projectId === undefined) throw new OperatorError(`The access key belongs to no project of ${origin}.`)
  const facts = (await client.call('GET', `/quayside/v1/${projectId}/platform`)) as unknown as PlatformFacts
  if (facts.ca && caFile === undefined) trustAlso(facts.ca.content)
  const isTls = broker?.isTls ?? !options.isPlain
  const port = facts.listeners.find(({ name }) => name === (isTls ? 'mqtts' : 'mqtt'))?.port
  const { hostname, host } = new URL(origin)
  const address = hostname.replace(/^\[|\]$/g, '')
  return {
    client,
    projectId,
    origin,
    target: {
      host: broker?.host ?? address,
      port: broker?.port ?? port ?? (isTls ? 8883 : 1883),
      isTls,
      serverName: broker?.host ?? address,
      protocolLevel: options.mqtt,
    },
    folder: options.folder ?? join(stateFolder(), host.replaceAll(/[^A-Za-z0-9.-]/g, '_')),
  }
}

function readCa(path: string): string {
  if (!existsSync(path)) throw new OperatorError(`--ca: there is no file ${path}.`)
  return readFileSync(path, 'utf8')
}

/** Where programs keep what is neither configuration nor data of a user (XDG Base Directory Specification). */
const stateFolder = (): string =>
  join(process.env['XDG_STATE_HOME'] || join(homedir(), '.local', 'state'), 'quayside-simulator')
