import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { holdPorts } from './held-ports.ts'

/** Port of each listener of a running platform. */
export interface Ports {
  readonly http: number
  readonly https: number
  readonly mqtt: number
  readonly mqtts: number
}

/** The whole product in a process of its own, on free ports of the loopback address and its own data folder. */
export interface Quayside {
  readonly process: ChildProcess
  readonly ports: Ports
  readonly dataDir: string
  /** What `first-start.txt` says. */
  readonly credentials: Credentials
  /** All that it has printed so far. */
  output(): string
  /** An API call with a token of the first start's user; answers status and parsed body. */
  api(method: string, path: string, body?: unknown): Promise<{ status: number; body: Body }>
  /** Ends it by SIGTERM and waits; answers the exit code. */
  stop(): Promise<number | null>
  /** Ends it without warning. */
  kill(): Promise<void>
  /** Starts it again on the same data folder and the same ports. */
  restart(): Promise<Quayside>
  /** `stop`, and the data folder is gone. */
  dispose(): Promise<void>
}

export interface Credentials {
  readonly user: string
  readonly password: string
  readonly accessKey: string
  readonly secretKey: string
  readonly projectId: string
}

// Bodies of many shapes are looked into by the tests; what they expect of them is what they assert.
// oxlint-disable-next-line typescript/no-explicit-any
export type Body = any

/** Root folder of the repository. */
export const repository = new URL('../../', import.meta.url).pathname

/** The environment of a platform on free ports of the loopback address; nothing else of ours gets into it. */
export function quaysideEnv(dataDir: string): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'] ?? join(dataDir, 'cache'),
    QUAYSIDE_DATA_DIR: dataDir,
    QUAYSIDE_BIND: '127.0.0.1',
    QUAYSIDE_PUBLIC_HOST: 'localhost',
    QUAYSIDE_HTTP_PORT: '0',
    QUAYSIDE_HTTPS_PORT: '0',
    QUAYSIDE_MQTT_PORT: '0',
    QUAYSIDE_MQTTS_PORT: '0',
    QUAYSIDE_LISTENERS: '2',
    QUAYSIDE_LOG_FORMAT: 'json',
  }
}

export interface QuaysideOptions {
  /** Absent: a new one. */
  readonly dataDir?: string
  /** The Node.js that runs it; absent: the one that runs the tests. */
  readonly node?: string
}

/** Starts the platform and waits until it is ready. `env` adds settings, e.g. `QUAYSIDE_LISTENERS`. */
export async function startQuayside(
  env: Readonly<Record<string, string>> = {},
  { dataDir: ownDir, node = process.execPath }: QuaysideOptions = {},
): Promise<Quayside> {
  const dataDir = ownDir ?? mkdtempSync(join(tmpdir(), 'quayside-'))
  if (ownDir === undefined) giveCertificates(dataDir)
  const child = spawn(node, ['src/main.ts', 'start'], {
    cwd: repository,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...quaysideEnv(dataDir), ...env },
  })
  let output = ''
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()))
  const exited = once(child, 'exit') as Promise<[number | null]>
  const ports = await new Promise<Ports>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`
      // Only this one: the last line of a platform that is killed may be half a record.
      if (line.includes('"msg":"ready"')) resolve((JSON.parse(line) as { ports: Ports }).ports)
    })
    void exited.then(([code]) =>
      reject(new Error(`the platform ended with ${code} before it was ready:\n${output}`)),
    )
  })
  if (ownDir === undefined) keepCertificates(dataDir)
  const credentials = readCredentials(join(dataDir, 'first-start.txt'))
  let token: string | undefined

  const call = async (method: string, path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await fetch(`http://127.0.0.1:${ports.http}${path}`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    const text = await answer.text()
    return {
      status: answer.status,
      headers: answer.headers,
      body: text === '' ? undefined : JSON.parse(text),
    }
  }

  // However it ends: it may be that it is to come back.
  const ended = exited.then(async ([code]) => ({ code, letGo: await holdPorts(Object.values(ports)) }))
  const quayside: Quayside = {
    process: child,
    ports,
    dataDir,
    credentials,
    output: () => output,
    async api(method, path, body) {
      token ??=
        (await call('POST', '/v3/auth/tokens', tokenRequest(credentials), {})).headers.get(
          'x-subject-token',
        ) ?? ''
      return call(method, path.replace('{project}', credentials.projectId), body, { 'x-auth-token': token })
    },
    async stop() {
      child.kill('SIGTERM')
      return (await ended).code
    },
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async restart() {
      const again = await startQuayside(
        {
          ...env,
          QUAYSIDE_HTTP_PORT: String(ports.http),
          QUAYSIDE_HTTPS_PORT: String(ports.https),
          QUAYSIDE_MQTT_PORT: String(ports.mqtt),
          QUAYSIDE_MQTTS_PORT: String(ports.mqtts),
        },
        { dataDir, node },
      )
      ;(await ended).letGo()
      return again
    },
    async dispose() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM')
      ;(await ended).letGo()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
  return quayside
}

/*
 * Making the platform's RSA keys costs as much as half a first start. So the first platform that a test process starts
 * makes them, and the later ones find them in their new data folders.
 */
const certificates = new Map<string, Buffer>()

function keepCertificates(dataDir: string): void {
  if (certificates.size > 0) return
  const folder = join(dataDir, 'tls')
  for (const name of readdirSync(folder)) certificates.set(name, readFileSync(join(folder, name)))
}

function giveCertificates(dataDir: string): void {
  const folder = join(dataDir, 'tls')
  if (certificates.size > 0) mkdirSync(folder, { mode: 0o700 })
  for (const [name, content] of certificates) writeFileSync(join(folder, name), content, { mode: 0o600 })
}

/** The body of `POST /v3/auth/tokens` for the first start's user. */
export function tokenRequest({ user, password }: Pick<Credentials, 'user' | 'password'>): object {
  return {
    auth: {
      identity: {
        methods: ['password'],
        password: { user: { name: user, password, domain: { name: 'any' } } },
      },
      scope: { project: { name: 'local' } },
    },
  }
}

function readCredentials(path: string): Credentials {
  const text = readFileSync(path, 'utf8')
  const line = (name: string): string => new RegExp(`^${name}: (.*)$`, 'm').exec(text)?.[1] ?? ''
  return {
    user: line('user'),
    password: line('password'),
    accessKey: line('access key'),
    secretKey: line('secret key'),
    projectId: line('project id'),
  }
}
