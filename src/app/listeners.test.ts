import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { createIds, parseProjectId, type ProjectId } from '../base/ids.ts'
import { systemClock } from '../base/instant.ts'
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
    homeProjectId: parseProjectId('0'.repeat(32)) as ProjectId,
    deviceRequests: { handle: () => Promise.resolve(), connected: () => Promise.resolve() },
  })
}

test('a listener thread that dies is replaced on the same ports, and closing ends its successor too', async () => {
  const replaced = Promise.withResolvers<void>()
  const listeners = await start({ ...silentLogger, error: () => replaced.resolve() })
  const { mqtt } = listeners.ports

  await threads.get('listener1')?.terminate()
  await replaced.promise
  await vi.waitUntil(() => threads.has('listener3'))
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
