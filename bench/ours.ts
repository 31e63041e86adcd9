import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Fleet } from './fleet.ts'
import { benchModel } from './payloads.ts'
import { endProcess, type Server, type ServerOptions, spawnServer } from './servers.ts'

const here = fileURLToPath(new URL('..', import.meta.url))
const BATCH = 500

/** Our server as a user starts it, and its API. */
export interface Ours extends Server {
  readonly api: (method: string, path: string, body?: unknown) => Promise<unknown>
  /** Signal to the process itself. */
  signal(name: NodeJS.Signals): void
}

export interface OursOptions extends ServerOptions {
  /** Absent: the default. */
  readonly listeners?: number
  /** Folder of another version of the product, with its packages; absent: this one. */
  readonly product?: string
  /** Flags of Node.js before the program. */
  readonly nodeFlags?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
}

interface Ports {
  readonly http: number
  readonly mqtt: number
  readonly mqtts: number
}

/**
 * Starts the product through bin/quayside.mjs on a data folder of its own, registers a product, the devices' CA with
 * its proof, and the devices: with certificates, or with secrets when they come without TLS.
 */
export async function startOurs(
  options: OursOptions & { readonly transport: 'plain' | 'mtls' },
): Promise<Ours> {
  const { fleet, folder, devices, listeners, product = here, nodeFlags = [], transport } = options
  // The launcher would install and build what is missing: not in a folder that somebody else works in.
  const program = product === here ? ['bin', 'quayside.mjs'] : ['src', 'main.ts']
  const { child, output } = spawnServer(
    process.execPath,
    [...nodeFlags, join(product, ...program), 'start'],
    {
      cwd: product,
      env: {
        QUAYSIDE_DATA_DIR: folder,
        QUAYSIDE_BIND: '127.0.0.1',
        QUAYSIDE_PUBLIC_HOST: 'localhost',
        QUAYSIDE_HTTP_PORT: '0',
        QUAYSIDE_HTTPS_PORT: '0',
        QUAYSIDE_MQTT_PORT: '0',
        QUAYSIDE_MQTTS_PORT: '0',
        QUAYSIDE_TLS_CERT: fleet.serverCertFile,
        QUAYSIDE_TLS_KEY: fleet.serverKeyFile,
        QUAYSIDE_LOG_FORMAT: 'json',
        ...(listeners !== undefined && { QUAYSIDE_LISTENERS: String(listeners) }),
        ...options.env,
      },
    },
  )
  const ports = await new Promise<Ports>((resolve, reject) => {
    child.stdout?.on('data', () => {
      const line = /^\{.*"msg":"ready".*$/m.exec(output())?.[0]
      if (line !== undefined) resolve((JSON.parse(line) as { ports: Ports }).ports)
    })
    child.once('exit', (code) => reject(new Error(`our server ended with ${code}: ${output()}`)))
    child.once('error', reject)
  })
  const api = await signIn(ports.http, folder)
  const [first] = fleet.devices
  await register(api, fleet, devices, transport)
  return {
    name: product !== here ? 'before' : listeners === 1 ? 'ours' : 'ours-default',
    api,
    port: (kind) => (kind === 'plain' ? ports.mqtt : ports.mqtts),
    pids: [child.pid ?? 0],
    signal: (name) => void child.kill(name),
    // A read of a shadow waits until the projections have passed the log's end of the moment it began.
    settled: async () => void (await api('GET', `/v5/iot/{project}/devices/${first?.deviceId}/shadow`)),
    stored: () => storedReports(api, first?.deviceId ?? ''),
    stop: () => endProcess(child),
  }
}

async function signIn(port: number, folder: string): Promise<Ours['api']> {
  const text = readFileSync(join(folder, 'first-start.txt'), 'utf8')
  const line = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? ''
  const url = (path: string) => `http://127.0.0.1:${port}${path.replace('{project}', line('project id'))}`
  const user = { name: line('user'), password: line('password'), domain: { name: 'any' } }
  const auth = {
    identity: { methods: ['password'], password: { user } },
    scope: { project: { name: 'local' } },
  }
  const json = { 'content-type': 'application/json' }
  const signed = await fetch(url('/v3/auth/tokens'), {
    method: 'POST',
    headers: json,
    body: JSON.stringify({ auth }),
  })
  const token = signed.headers.get('x-subject-token') ?? ''
  return async (method, path, body) => {
    const answer = await fetch(url(path), {
      method,
      headers: { 'x-auth-token': token, ...(body === undefined ? {} : json) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const reply = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${reply}`)
    return reply === '' ? undefined : (JSON.parse(reply) as unknown)
  }
}

async function register(
  api: Ours['api'],
  fleet: Fleet,
  devices: number,
  transport: 'plain' | 'mtls',
): Promise<void> {
  const product = (await api('POST', '/v5/iot/{project}/products', {
    name: 'bench',
    device_type: 'Bench',
    protocol_type: 'MQTT',
    data_format: 'json',
    service_capabilities: benchModel,
  })) as { product_id: string }
  const certificate = (await api('POST', '/v5/iot/{project}/certificates', {
    content: readFileSync(fleet.deviceCaFile, 'utf8'),
  })) as { certificate_id: string; verify_code: string }
  await api('POST', `/v5/iot/{project}/certificates/${certificate.certificate_id}/action?action_id=verify`, {
    verify_content: await fleet.proofFor(certificate.verify_code),
  })
  const rows = fleet.devices.slice(0, devices).map(({ deviceId, secret, fingerprint }) => ({
    product_id: product.product_id,
    node_id: deviceId,
    device_id: deviceId,
    ...(transport === 'mtls'
      ? { auth_type: 'CERTIFICATES', fingerprint }
      : { auth_type: 'SECRET', secret, secure_access: false }),
  }))
  for (let at = 0; at < rows.length; at += BATCH) {
    const batch = rows.slice(at, at + BATCH)
    const { counts } = (await api('POST', '/quayside/v1/{project}/devices/batch', { devices: batch })) as {
      counts: { registered: number }
    }
    if (counts.registered !== batch.length) throw new Error('our server refused devices of the bench')
  }
}

/**
 * Reports that stand in the statistics. Throws when a value was refused, which would measure refusals, and when the
 * history of a device that has reported holds nothing.
 */
async function storedReports(api: Ours['api'], deviceId: string): Promise<number> {
  const { points } = (await api('GET', '/quayside/v1/{project}/statistics')) as {
    points: readonly { reports: number; values_refused: number; connections_refused: number }[]
  }
  const refused = points.reduce(
    (sum, { values_refused, connections_refused }) => sum + values_refused + connections_refused,
    0,
  )
  if (refused > 0) throw new Error(`our server refused ${refused} values or connections of the bench`)
  const stored = points.reduce((sum, { reports }) => sum + reports, 0)
  const history = (await api(
    'GET',
    `/quayside/v1/{project}/devices/${deviceId}/history?service_id=Climate&limit=1`,
  )) as { points: readonly object[] }
  if (stored > 0 && history.points.length === 0) throw new Error(`the history of ${deviceId} holds nothing`)
  return stored
}
