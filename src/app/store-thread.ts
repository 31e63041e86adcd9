import { closeSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import assert from 'node:assert'
import type { DeviceId, Position } from '../base/ids.ts'
import { systemClock } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { LogWriteError } from '../log/log.ts'
import { openSqliteLog } from '../log/sqlite-log.ts'
import { openProjections } from '../projections/projections.ts'
import { forwardingLogger } from './logger.ts'
import { createRpc } from './rpc.ts'
import type { Attach, StoreApi, StoreListener, StoreThreadData } from './threads.ts'

/*
 * The store thread: the one writer of the log and of its projections. Disk work blocks this thread and no socket.
 */

const port = parentPort
assert(port, 'the store thread runs as a worker')
const { logFile, projectionsFile, dataDir, logLevel } = workerData as StoreThreadData

const clock = systemClock
const logger = forwardingLogger(logLevel, (record) => void main.log(record))
const log = openSqliteLog({ file: logFile, limits })
const projections = await openProjections({ file: projectionsFile, log, limits, logger })

// Who holds which session. Kept here, where status entries are written, so that the order of claims and the
// order of their entries are one; a listener that comes second is told whom it replaces.
const sessions = new Map<DeviceId, string>()

const stats = { appendedEntries: 0, commits: 0, commitSeconds: 0, failedCommits: 0, queuedEntries: 0 }
let lastFault: string | undefined

async function append(entries: readonly NewEntry[]): Promise<readonly Position[]> {
  if (stats.queuedEntries + entries.length > limits.logQueueEntriesMax)
    throw new LogWriteError(`more than ${limits.logQueueEntriesMax} entries wait to be written`)
  stats.queuedEntries += entries.length
  const started = performance.now()
  try {
    const positions = await log.append(entries)
    stats.appendedEntries += entries.length
    stats.commits++
    stats.commitSeconds += (performance.now() - started) / 1000
    lastFault = undefined
    announce()
    return positions
  } catch (fault) {
    stats.failedCommits++
    lastFault = (fault as Error).message
    throw fault
  } finally {
    stats.queuedEntries -= entries.length
  }
}

// Followers are told once per turn of 10 ms, not per commit: they read what is there in any case.
let announcing = false
function announce(): void {
  if (announcing) return
  announcing = true
  setTimeout(() => {
    announcing = false
    void log
      .head()
      .then((head) => Promise.all([main.advanced(head), projections.catchUp()]))
      .catch((fault: unknown) => logger.error({ fault }, 'projections could not follow the log'))
  }, 10)
}

const api: StoreApi = {
  append,
  read: (query) => log.read(query),
  head: () => log.head(),
  findReport: (deviceId, payload, since) => log.findReport(deviceId, payload, since),
  async claim({ deviceId, projectId, connection, address, at, verdict }) {
    const previous = sessions.get(deviceId)
    sessions.set(deviceId, connection)
    const status = {
      status: 'ONLINE',
      connection,
      address,
      ...(previous ? { takesOver: true } : {}),
    } as const
    try {
      await append([
        { kind: 'connection', at, projectId, deviceId, body: verdict },
        { kind: 'status', at, projectId, deviceId, body: status },
      ])
    } catch (fault) {
      if (sessions.get(deviceId) === connection) {
        if (previous) sessions.set(deviceId, previous)
        else sessions.delete(deviceId)
      }
      throw fault
    }
    return previous
  },
  async release({ deviceId, projectId, connection, cause, at }) {
    if (sessions.get(deviceId) !== connection) return
    sessions.delete(deviceId)
    await append([
      { kind: 'status', at, projectId, deviceId, body: { status: 'OFFLINE', connection, cause } },
    ])
  },
  async releaseThread(thread, at) {
    await markOffline((connection) => connection.startsWith(`${thread}-`), 'listener-restarted', at)
  },
  readShadow: (deviceId) => projections.readShadow(deviceId),
  readStatuses: async (deviceIds) => [...(await projections.readStatuses(deviceIds))],
  readHistory: (query) => projections.readHistory(query),
  readBuckets: (query) => projections.readBuckets(query),
  readConnections: (query) => projections.readConnections(query),
  stats: () => ({ ...stats, onlineDevices: sessions.size }),
  health() {
    const reason = lastFault ?? spaceProblem()
    if (reason === undefined) return { ok: true }
    const problem = probe()
    if (problem === undefined && lastFault !== undefined) lastFault = undefined
    return problem === undefined
      ? { ok: true }
      : { ok: false, reason: `The data folder cannot be written: ${problem}.` }
  },
  async close() {
    await projections.close()
    await log.close()
  },
}

/** After a crash, or when a listener thread died: nobody else will say that these devices are gone. */
async function markOffline(
  belongs: (connection: string) => boolean,
  cause: string,
  at: number,
): Promise<void> {
  const gone = (await projections.onlineConnections()).filter(({ connection }) => belongs(connection))
  for (const { deviceId, connection } of gone)
    if (sessions.get(deviceId) === connection) sessions.delete(deviceId)
  const entries = gone.map(({ deviceId, projectId, connection }): NewEntry => ({
    kind: 'status',
    at,
    projectId,
    deviceId,
    body: { status: 'OFFLINE', connection, cause },
  }))
  for (let start = 0; start < entries.length; start += 1000) await append(entries.slice(start, start + 1000))
}

function spaceProblem(): string | undefined {
  const { bavail, bsize } = statfsSync(dataDir)
  return bavail * bsize < 16 * 1024 * 1024 ? 'less than 16 MB are free' : undefined
}

/** Tries a write and a flush beside the databases; undefined when both succeed. */
function probe(): string | undefined {
  const path = join(dataDir, 'probe.tmp')
  try {
    const file = openSync(path, 'w', 0o600)
    try {
      writeSync(file, new Uint8Array(64 * 1024))
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    rmSync(path)
    return undefined
  } catch (fault) {
    rmSync(path, { force: true })
    return (fault as Error).message
  }
}

const { remote: main } = createRpc<StoreListener, StoreApi>(port, api)
port.on('message', (message: Partial<Attach>) => {
  if (message.attach) createRpc(message.attach, api)
})
await projections.catchUp()
await markOffline(() => true, 'server-restarted', clock.now())
port.postMessage({ ready: true })
