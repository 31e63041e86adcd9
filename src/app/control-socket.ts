import { chmodSync, rmSync } from 'node:fs'
import { createConnection, createServer, type Server, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import type { JsonObject, JsonValue } from '../base/json.ts'
import type { Logger } from '../base/logger.ts'

/*
 * How `quayside <verb>` talks to a running server: one line of JSON each way over a Unix socket of mode 0600 in
 * the data folder. Whoever may open that socket may read the data folder anyway.
 */

export type Verb = (args: JsonObject) => Promise<JsonValue>
export type Verbs = Readonly<Record<string, Verb>>

const lineBytesMax = 64 * 1024

/** Serves `verbs` at `path`; rejects when the socket cannot be made (a path over about 100 bytes, for one). */
export function startControlSocket(path: string, verbs: Verbs): Promise<Server> {
  // The data folder's lock is ours, so a socket that is there is a dead process's.
  rmSync(path, { force: true })
  const server = createServer((socket) => void serve(socket, verbs))
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    // Between listen and chmod the data folder's own mode (0700) keeps others out.
    server.listen(path, () => {
      chmodSync(path, 0o600)
      resolve(server)
    })
  })
}

/** Serves `verbs` at `path` where that can be done, and gives how to end it. */
export async function openControlSocket(path: string, verbs: Verbs, logger: Logger): Promise<() => void> {
  try {
    const server = await startControlSocket(path, verbs)
    return () => void server.close()
  } catch (fault) {
    // The platform does its work without it; only `quayside credentials`, `simulate` and `doctor` miss it.
    logger.warn(
      { path, fault },
      'no control socket; use a shorter path for the data folder, or stop the server first',
    )
    return () => undefined
  }
}

async function serve(socket: Socket, verbs: Verbs): Promise<void> {
  socket.on('error', () => socket.destroy())
  socket.setTimeout(10_000, () => socket.destroy())
  const line = await firstLine(socket)
  if (line === undefined) return
  socket.end(JSON.stringify(await run(line, verbs)) + '\n')
}

async function run(line: string, verbs: Verbs): Promise<JsonObject> {
  try {
    const { verb, args } = JSON.parse(line) as { verb: string; args: JsonObject }
    const known = Object.hasOwn(verbs, verb) ? verbs[verb] : undefined
    if (!known) throw new Error(`the running server does not know "${verb}"; it may be of another version`)
    return { ok: true, result: await known(args) }
  } catch (fault) {
    return { ok: false, error: (fault as Error).message }
  }
}

/**
 * Asks the server behind `path`; rejects with the server's sentence when it refuses. Undefined when no server
 * listens there.
 */
export async function askServer(
  path: string,
  verb: string,
  args: JsonObject,
): Promise<JsonValue | undefined> {
  const socket = await connect(path)
  if (!socket) return undefined
  try {
    socket.write(JSON.stringify({ verb, args }) + '\n')
    const line = await firstLine(socket)
    if (line === undefined) throw new Error('the server closed the connection without an answer')
    const answer = JSON.parse(line) as { ok: boolean; result?: JsonValue; error?: string }
    if (!answer.ok) throw new Error(answer.error)
    return answer.result ?? null
  } finally {
    socket.destroy()
  }
}

// EINVAL: the path is too long for a socket, so no server can have made one there.
const isNobody: ReadonlySet<string | undefined> = new Set(['ENOENT', 'ECONNREFUSED', 'EINVAL'])

function connect(path: string): Promise<Socket | undefined> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(path, () => resolve(socket))
    socket.once('error', (fault: NodeJS.ErrnoException) =>
      isNobody.has(fault.code) ? resolve(undefined) : reject(fault),
    )
  })
}

function firstLine(socket: Socket): Promise<string | undefined> {
  return new Promise((resolve) => {
    let bytes = 0
    socket.on('data', (chunk: Buffer) => {
      bytes += chunk.length
      if (bytes > lineBytesMax) socket.destroy()
    })
    const lines = createInterface({ input: socket })
    lines.once('line', resolve)
    lines.once('close', () => resolve(undefined))
  })
}
