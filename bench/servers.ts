import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { atEnd } from './cleanup.ts'
import type { Fleet } from './fleet.ts'

/** Who is measured; `ours` has one listener thread, `before` is another version of ours. */
export type ServerName = 'ours' | 'ours-default' | 'before' | 'mosquitto' | 'diy' | 'aedes' | 'nats'

/** A running server, ours or a peer. */
export interface Server {
  readonly name: ServerName
  readonly port: (transport: 'plain' | 'mtls') => number
  /** Root processes: their descendants count too. */
  readonly pids: readonly number[]
  /** Resolves when it has done all that it acknowledged; what then still runs is idle work. */
  settled(): Promise<void>
  /** Reports that it has stored since it was started; undefined for one that stores none. */
  stored(): Promise<number | undefined>
  stop(): Promise<void>
}

export interface ServerOptions {
  readonly fleet: Fleet
  /** Empty, its own. */
  readonly folder: string
  /** Devices of the fleet that will connect. */
  readonly devices: number
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  await new Promise((resolve) => server.close(resolve))
  if (address === null || typeof address === 'string') throw new Error('no port')
  return address.port
}

/** Resolves when something listens on the port; throws when `child` ends before or 15 s have passed. */
export async function untilListening(child: ChildProcess, port: number): Promise<void> {
  const deadline = performance.now() + 15_000
  while (performance.now() < deadline) {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode} before it listened`)
    if (await answers(port)) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`nothing listens on port ${port}`)
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true))
    socket.once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** SIGTERM, and SIGKILL after 15 s; resolves when it has ended. */
export async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), 15_000)
  await exited
  clearTimeout(kill)
}

/** Descriptors that a server of 5,000 connections needs, with room for its files. */
const DESCRIPTORS = 16_384

/** Most descriptors that a process started here can have; a larger one is asked for where it is allowed. */
export function descriptorLimit(): number {
  const limits = readFileSync('/proc/self/limits', 'utf8')
  const hard = /^Max open files\s+\d+\s+(\S+)/m.exec(limits)?.[1] ?? '1024'
  const own = hard === 'unlimited' ? Number.MAX_SAFE_INTEGER : Number(hard)
  return process.getuid?.() === 0 ? Math.max(own, DESCRIPTORS) : own
}

/** Debian puts servers where the search path of an ordinary user does not reach. */
export function searchPath(): string {
  return `${process.env['PATH']}:/usr/local/sbin:/usr/sbin`
}

/** Starts a program with enough descriptors; its standard error goes to `log` lines kept for a failure. */
export function spawnServer(
  file: string,
  args: readonly string[],
  options: { readonly env?: NodeJS.ProcessEnv; readonly cwd?: string; readonly ipc?: boolean } = {},
): { readonly child: ChildProcess; readonly output: () => string } {
  const limit = Math.min(descriptorLimit(), DESCRIPTORS)
  // prlimit replaces itself by the program, so the process is the program's.
  const child = spawn('prlimit', [`--nofile=${limit}:${limit}`, file, ...args], {
    stdio: ['ignore', 'pipe', 'pipe', ...(options.ipc ? (['ipc'] as const) : [])],
    env: { ...options.env, PATH: searchPath() },
    ...(options.cwd !== undefined && { cwd: options.cwd }),
  })
  child.once(
    'exit',
    atEnd(() => void child.kill('SIGKILL')),
  )
  let output = ''
  const keep = (chunk: Buffer) => {
    output = (output + chunk.toString()).slice(-20_000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  return { child, output: () => output }
}
