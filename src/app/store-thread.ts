import assert from 'node:assert'
import { join } from 'node:path'
import { parentPort, workerData } from 'node:worker_threads'
import type { Position } from '../base/ids.ts'
import { systemClock } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import { readStored } from '../codec/payload/stored-report.ts'
import { bridgeOfSession } from '../domain/bridge/bridge.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { nodeFiles } from '../log/files.ts'
import { LogWriteError } from '../log/log.ts'
import { openSegmentLog } from '../log/segment-log.ts'
import { timedFiles } from '../log/timed-files.ts'
import { openProjections } from '../projections/projections.ts'
import { tellSetAside } from '../store/history/damage.ts'
import { createChildPresence } from './child-presence.ts'
import { forwardingLogger } from './logger.ts'
import { createPresence } from './presence.ts'
import { applyPresence } from './presence-batch.ts'
import { createRpc } from './rpc.ts'
import { watchStoreHealth } from './store-health.ts'
import type { Attach, StoreApi, StoreListener, StoreThreadData } from './threads.ts'

/*
 * The store thread: the one writer of the log and of its projections. Disk work blocks this thread and no socket.
 */

const port = parentPort
assert(port, 'the store thread runs as a worker')
const { logFolder, projectionsFile, historyFolder, dataDir, logLevel } = workerData as StoreThreadData

const clock = systemClock
let isReady = false
const stats = {
  ...{ appendedEntries: 0, commits: 0, commitSeconds: 0, lastCommitSeconds: 0 },
  ...{ failedCommits: 0, queuedEntries: 0 },
}
const flushTimes = { flushes: 0, seconds: 0, lastSeconds: 0 }

const append = (entries: readonly NewEntry[]): Promise<readonly Position[]> =>
  commit(entries.length, () => log.append(entries))
const appendRecords = (records: Uint8Array, count: number): Promise<Position> =>
  commit(count, () => log.appendRecords(records, count))

async function commit<T>(count: number, write: () => Promise<T>): Promise<T> {
  if (stats.queuedEntries + count > limits.logQueueEntriesMax)
    throw new LogWriteError(`more than ${limits.logQueueEntriesMax} entries wait to be written`)
  // The log may have room in reserve while the disk is full and nothing can follow it (safety R2).
  if (watch.isFailing()) {
    const { ok, reason } = await watch.health()
    if (!ok) throw new LogWriteError(reason ?? 'the data folder cannot be written')
  }
  stats.queuedEntries += count
  const started = performance.now()
  try {
    const written = await write()
    stats.appendedEntries += count
    stats.commits++
    stats.lastCommitSeconds = (performance.now() - started) / 1000
    stats.commitSeconds += stats.lastCommitSeconds
    announce()
    return written
  } catch (fault) {
    stats.failedCommits++
    watch.failed((fault as Error).message)
    throw fault
  } finally {
    stats.queuedEntries -= count
  }
}

/** Whoever reads brings the projections up to date first, so they need not be close behind, and large batches are cheap. */
const FOLLOW_MILLIS = 50

// Followers are told as seldom, not per commit: they read what is there in any case, and wake the main thread for it.
let following = false
function announce(): void {
  if (following) return
  following = true
  setTimeout(() => {
    following = false
    void follow()
    void log
      .head()
      .then((head) => main.advanced(head))
      .catch((fault: unknown) => logger.error({ fault }, 'followers of the log could not be told'))
  }, FOLLOW_MILLIS)
}

/** Twice a minute, so that none is missed: statistics tell a quiet minute from one in which nothing ran. */
const MINUTE_NOTES_MILLIS = 30_000

async function follow(work: () => Promise<void> = () => projections.catchUp()): Promise<void> {
  try {
    await work()
  } catch (fault) {
    // Once: while the disk is full this comes with every commit, and health tells of it.
    if (!watch.isFailing())
      logger.error({ fault }, 'projections could not follow the log; they will be tried again')
    watch.failed(`projections could not follow the log: ${(fault as Error).message}`)
  }
}

const watch = watchStoreHealth({
  dataDir,
  tryLog: () => log.probe(),
  elapsed: () => performance.now(),
  onRecovered() {
    logger.info({}, 'the data folder can be written again')
    void presence.retry()
    void follow()
  },
})
// Looks by itself as long as something is wrong, so that what waits is written as soon as it can be.
const looking = setInterval(() => {
  if (watch.isFailing()) void watch.health()
}, 1000)

/** Children that follow gateways which are down, on their way to the log. */
const endings = new Set<Promise<void>>()

const api: StoreApi = {
  append(entries) {
    for (const { kind, deviceId, body } of entries)
      if (kind === 'config' && deviceId !== undefined && body.change === 'device-deleted')
        children.deleted(deviceId)
    return append(entries)
  },
  appendRecords,
  read: (query) => log.read(query),
  head: () => log.head(),
  findReport: (deviceId, payload, since) => log.findReport(deviceId, payload, since),
  connectionOf: (deviceId) => presence.connectionOf(deviceId),
  readBridged: (query) => presence.bridged(query),
  claim: (claim) => presence.claim(claim),
  async release(release) {
    await presence.release(release)
    // Not waited for: a gateway may have thousands, and claims of the same batch would wait with it.
    const ending: Promise<void> = children
      .ended(release.at, release.deviceId)
      .catch((fault: unknown) => logger.error({ fault }, 'children could not follow their gateway'))
      .finally(() => endings.delete(ending))
    endings.add(ending)
  },
  changePresence: (changes, records) => applyPresence(changes, records, api),
  async releaseThread(thread, at) {
    await presence.releaseThread(thread, at)
    await children.ended(at)
  },
  sayChildren: (said) => children.say(said),
  childMoved: (child) => children.moved(child),
  followGateways: (isFollowing, at) => children.follow(isFollowing, at),
  readShadow: (deviceId) => projections.readShadow(deviceId),
  changeShadow: (change) =>
    projections.outcomeOf(change.body.changeId, async () => {
      const [position] = await append([change])
      assert(position !== undefined, 'an entry has a position')
      return position
    }),
  readStatuses: async (deviceIds) => [...(await projections.readStatuses(deviceIds))],
  readConnected: (query) => projections.readConnected(query),
  readHistory: (query) => projections.readHistory(query),
  readBuckets: (query) => projections.readBuckets(query),
  readConnections: (query) => projections.readConnections(query),
  readConnection: (projectId, position) => projections.readConnection(projectId, position),
  readPresented: (deviceId) => projections.readPresented(deviceId),
  countByAnchor: (projectId) => projections.countByAnchor(projectId),
  readLatest: (deviceId) => projections.readLatest(deviceId),
  async readDeviceEntries(query) {
    // A bridge is not registered in the log; whoever asks knows since when it is there.
    const isBridge = bridgeOfSession(query.deviceId) !== undefined
    const from = isBridge ? (0 as Position) : await projections.findRegistered(query.deviceId)
    return from === undefined ? { entries: [] } : log.readBack({ ...query, from })
  },
  readTotals: (projectId) => projections.readTotals(projectId),
  readStatistics: (query) => projections.readStatistics(query),
  readFirsts: (projectId) => projections.readFirsts(projectId),
  prune: (retention) => projections.prune(retention),
  usage: async () => ({ log: log.stats(), history: await projections.historyStats() }),
  stats: () => ({
    ...stats,
    flushes: flushTimes.flushes,
    flushSeconds: flushTimes.seconds,
    lastFlushSeconds: flushTimes.lastSeconds,
    folds: projections.lastFold()?.folds ?? 0,
    lastFoldSeconds: projections.lastFold()?.seconds ?? 0,
    setAsideFiles: projections.setAsideHistory().length,
    onlineDevices: presence.online(),
  }),
  async health() {
    const warnings = projections.setAsideHistory().map(tellSetAside)
    return { ...(await watch.health()), ...(warnings.length > 0 && { warnings }) }
  },
  async close() {
    clearInterval(looking)
    clearInterval(noting)
    await presence.retry()
    await Promise.all(endings)
    await projections.close()
    await log.close()
  },
}

// Calls come only after `ready`; until then this side speaks, of projections that are built anew for one.
const { remote: main } = createRpc<StoreListener, StoreApi>(port, api)
const logger = forwardingLogger(logLevel, (record) => main.log(record))
port.on('message', (message: Partial<Attach>) => {
  if (message.attach) createRpc(message.attach, api)
})
const log = openSegmentLog({
  folder: logFolder,
  readStored,
  importFrom: join(dataDir, 'log.db'),
  files: timedFiles(nodeFiles, flushTimes),
  limits,
})
const projections = await openProjections({
  file: projectionsFile,
  historyFolder,
  log,
  limits,
  logger,
  onFault: (fault) => watch.failed(`projections could not be written: ${(fault as Error).message}`),
  // What is applied at the start was told of when it came, and its devices are not connected yet.
  onDiffers(deviceId) {
    if (!isReady) return
    main
      .desiredDiffers(deviceId)
      .catch((fault: unknown) => logger.error({ fault }, 'a difference could not be told'))
  },
})
const presence = createPresence({
  appendRecords,
  onlineConnections: () => projections.onlineConnections(),
  logger,
})
const children = createChildPresence({
  append,
  readStatuses: (deviceIds) => projections.readStatuses(deviceIds),
  onlineConnections: () => projections.onlineConnections(),
  isUp: (gatewayId) => presence.connectionOf(gatewayId) !== undefined,
  logger,
})
await follow()
await presence.releaseFormer(clock.now())
const noteMinute = () => projections.noteMinute(clock.now())
await follow(noteMinute)
const noting = setInterval(() => void follow(noteMinute), MINUTE_NOTES_MILLIS)
isReady = true
port.postMessage({ ready: true })
