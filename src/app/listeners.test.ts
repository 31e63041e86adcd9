import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { createIds, parseProjectId, type ProjectId } from '../base/ids.ts'
import { systemClock } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import { type Logger, silentLogger } from '../base/logger.ts'
import { createInProcessBus } from '../bus/in-process-bus.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { readConfig } from './config.ts'
import { dataPaths } from './data-folder.ts'
import { type Listeners, startListeners } from './listeners.ts'
import { startStoreThread } from './store.ts'
import { loadTlsMaterial, type ServerIdentity } from './tls-material.ts'
import type { Thread } from './workers.ts'

// The real threads, within reach of the test, so that it can have one die.
const threads = vi.hoisted(() => new Map<string, Thread<unknown>>())
vi.mock(import('./workers.ts'), async (original) => {
  const { startThread } = await original()
  return {
    startThread: (options) => {
      const thread = startThread(options)
      threads.set(thread.name, thread)
      return thread as never
    },
  }
})

let identity: ServerIdentity
beforeAll(async () => {
  // Keys take seconds to make.
  const folder = mkdtempSync(join(tmpdir(), 'quayside-listeners-'))
  identity = (await loadTlsMaterial(folder, ['localhost'], systemClock)).server
  rmSync(folder, { recursive: true })
})

async function start(logger: Logger, env: Readonly<Record<string, string>> = {}): Promise<Listeners> {
  const dataDir = temporaryFolder()
  const paths = dataPaths(dataDir)
  const sealingKey = randomBytes(32)
  const store = openStore({ file: paths.registry, key: sealingKey })
  onTestFinished(() => store.close())
  await migrate(store, systemClock)
  const storeThread = await startStoreThread({ paths, dataDir, logLevel: 'error', logger: silentLogger })
  onTestFinished(() => storeThread.close())
  const settings = { BIND: '127.0.0.1', MQTT_PORT: '0', MQTTS_PORT: '0', LISTENERS: '2', ...env }
  return startListeners({
    config: readConfig(
      [],
      Object.fromEntries(Object.entries(settings).map(([name, value]) => [`QUAYSIDE_${name}`, value])),
      dataDir,
    ),
    store,
    storeThread,
    bus: createInProcessBus({ logger }),
    clock: systemClock,
    ids: createIds(systemClock),
    logger,
    registryFile: paths.registry,
    sealingKey,
    identity,
    limits,
    homeProjectId: parseProjectId('0'.repeat(32)) as ProjectId,
    enrol: () => Promise.resolve({ kind: 'exists' }),
    deviceRequests: { handle: () => Promise.resolve(), connected: () => Promise.resolve() },
    resetDeviceSecret: () => Promise.resolve('unknown-device'),
  })
}

test('a listener thread that dies is replaced on the same ports, and closing ends its successor too', async () => {
  const replaced = Promise.withResolvers<void>()
  const listeners = await start({ ...silentLogger, error: () => replaced.resolve() })
  const { mqtt } = listeners.ports

  await threads.get('listener1')?.terminate()
  await replaced.promise
  await vi.waitUntil(() => threads.has('listener3'), { timeout: 30_000 })
  await threads.get('listener3')?.ready

  expect((await listeners.stats()).map(([name]) => name).toSorted()).toEqual([
    'http',
    'listener2',
    'listener3',
  ])
  expect(listeners.ports.mqtt).toBe(mqtt)
  await listeners.close()
  await threads.get('listener2')?.ended
  await threads.get('listener3')?.ended
})

test('closing while a dead thread is being replaced leaves none running', async () => {
  const noticed = Promise.withResolvers<void>()
  const listeners = await start({ ...silentLogger, error: () => noticed.resolve() })
  threads.delete('listener3')

  await threads.get('listener2')?.terminate()
  await noticed.promise
  await listeners.close()

  await threads.get('listener1')?.ended
  await threads.get('listener3')?.ended
  expect(await listeners.stats()).toEqual([])
})

test('listeners that cannot be opened reject, with no thread left', async () => {
  await expect(start(silentLogger, { BIND: '192.0.2.1' })).rejects.toThrow('EADDRNOTAVAIL')

  await threads.get('listener1')?.ended
})

/** Over TLS 1.3; resumes `session` if it can. */
function dial({ ports }: Listeners, session?: Buffer): TLSSocket {
  const socket = connectTls({
    ...{ host: '127.0.0.1', port: ports.mqtts, servername: 'localhost', rejectUnauthorized: false },
    ...(session && { session }),
  })
  // Tickets come behind the handshake, and only to those who read.
  return socket.resume()
}

async function takeTicket(listeners: Listeners): Promise<Buffer> {
  const socket = dial(listeners)
  const [session] = (await once(socket, 'session')) as [Buffer]
  socket.destroy()
  return session
}

async function isResumed(listeners: Listeners, session: Buffer): Promise<boolean> {
  const socket = dial(listeners, session)
  await once(socket, 'secureConnect')
  const isReused = socket.isSessionReused()
  socket.destroy()
  return isReused
}

/** Was the session resumed by each of the threads? The system picks one by the client's port, so it takes some attempts. */
async function resumedOn(listeners: Listeners, session: Buffer): Promise<Readonly<Record<string, boolean>>> {
  const resumed: Record<string, boolean> = {}
  const opened = async (): Promise<ReadonlyMap<string, number>> =>
    new Map((await listeners.stats()).map(([name, { socketsOpened }]) => [name, socketsOpened]))
  for (let attempt = 0; attempt < 40 && Object.keys(resumed).length < 2; attempt++) {
    const before = await opened()
    const isReused = await isResumed(listeners, session)
    for (const [name, count] of await opened()) if (count > (before.get(name) ?? 0)) resumed[name] = isReused
  }
  return resumed
}

test('decision 0011: a TLS session is resumed on every thread, also one that took the place of a dead one and beside a new certificate, until the keys of tickets are renewed', async () => {
  threads.delete('listener3')
  const listeners = await start(silentLogger)
  onTestFinished(() => listeners.close())
  const session = await takeTicket(listeners)

  expect(await resumedOn(listeners, session)).toEqual({ listener1: true, listener2: true })
  await threads.get('listener1')?.terminate()
  await vi.waitUntil(() => threads.has('listener3'), { timeout: 30_000 })
  await threads.get('listener3')?.ready
  await listeners.updateTls({ ...identity })
  expect(await resumedOn(listeners, session)).toEqual({ listener2: true, listener3: true })

  await listeners.renewTicketKeys()

  expect(await resumedOn(listeners, session)).toEqual({ listener2: false, listener3: false })
  expect(await resumedOn(listeners, await takeTicket(listeners))).toEqual({
    listener2: true,
    listener3: true,
  })
})
