import { createServer } from 'node:net'
import { startApi } from '../api/server.ts'
import { createIds, type Position, type ProjectId } from '../base/ids.ts'
import { systemClock } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import { createInProcessBus } from '../bus/in-process-bus.ts'
import { expireUnactivatedDevices } from '../jobs/expire-devices.ts'
import { operations } from '../operations/all.ts'
import type { OperationDeps } from '../operations/operation.ts'
import { findAccessKey } from '../store/access-keys.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { listProjects } from '../store/projects.ts'
import { endSession, findSession, renewSession } from '../store/sessions.ts'
import { findToken } from '../store/tokens.ts'
import { type Config, ConfigError } from './config.ts'
import { consoleFolder } from './console-folder.ts'
import { startControlSocket } from './control-socket.ts'
import { credentialVerbs } from './credentials.ts'
import { dataPaths, loadSealingKey } from './data-folder.ts'
import { createExplainer } from './explain.ts'
import { type FirstStart, runFirstStart } from './first-start.ts'
import { createLogFollowers } from './follow.ts'
import { leadPage } from './lead-page.ts'
import { startListeners } from './listeners.ts'
import { createMetrics } from './metrics.ts'
import { createOutboxDrain } from './outbox-drain.ts'
import { platformRoutes } from './platform-routes.ts'
import { startStoreThread } from './store.ts'
import { openTls, watchTls } from './tls-identity.ts'
import { machineAddresses } from './tls-material.ts'
import { version } from './version.ts'

/** Ports that are in use, whatever was asked for. */
export interface Ports {
  readonly http: number
  readonly https: number
  readonly mqtt: number
  readonly mqtts: number
}

export interface Platform {
  readonly ports: Ports
  /** What the first start made; undefined on later ones. */
  readonly first: FirstStart | undefined
  /** Stops accepting, answers what is committed, closes everything in reverse order of opening (safety R7). */
  close(): Promise<void>
}

const expiryIntervalMillis = 10_000

/**
 * Starts the platform in this process: registry, store thread, listener threads, HTTP. Throws {@link ConfigError}
 * for what an operator can mend; whatever was opened before is closed again.
 */
export async function startServer(config: Config, logger: Logger): Promise<Platform> {
  const closers: (() => Promise<unknown> | void)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed()) await closer()
  }
  try {
    return await open(config, logger, closers, close)
  } catch (fault) {
    await close()
    throw fault
  }
}

async function open(
  config: Config,
  logger: Logger,
  closers: (() => Promise<unknown> | void)[],
  close: () => Promise<void>,
): Promise<Platform> {
  const clock = systemClock
  const ids = createIds(clock)
  const paths = dataPaths(config.dataDir)
  await refuseTakenPorts(config)

  const sealingKey = loadSealingKey(paths)
  const store = openStore({ file: paths.registry, key: sealingKey })
  closers.push(() => store.close())
  await migrate(store, clock)
  const first = await runFirstStart(store, config, paths.firstStart, { clock, ids })
  const [home] = await listProjects(store, 1)
  if (!home) throw new Error('the registry has no project')
  const tls = await openTls(config, paths, clock, logger)

  const storeThread = await startStoreThread({
    paths,
    dataDir: config.dataDir,
    logLevel: config.logLevel,
    logger,
  })
  closers.push(() => storeThread.close())
  const log = storeThread.remote
  const followers = createLogFollowers(log)
  storeThread.onAdvanced(() => followers.advanced())
  const drainOutbox = createOutboxDrain(store, (entries) => log.append(entries), logger)
  await drainOutbox()

  const bus = createInProcessBus({ logger })
  const listeners = await startListeners({
    config,
    store,
    storeThread,
    bus,
    clock,
    ids,
    logger,
    registryFile: paths.registry,
    sealingKey,
    identity: tls.identity,
    homeProjectId: home.projectId,
  })
  closers.push(() => listeners.close())

  const metrics = createMetrics({ store: () => log.stats(), listeners: () => listeners.stats() })
  const explainer = createExplainer(store, clock)
  const ports = { http: 0, https: 0, ...listeners.ports }
  const deps: OperationDeps = {
    store,
    clock,
    ids,
    limits,
    bus,
    drainOutbox,
    readShadow: (deviceId) => log.readShadow(deviceId),
    readStatuses: async (deviceIds) => new Map(await log.readStatuses(deviceIds)),
    readHistory: (query) => log.readHistory(query),
    readBuckets: (query) => log.readBuckets(query),
    readConnections: (query) => log.readConnections(query),
    readEntries: ({ after, ...query }) =>
      log.read({ ...query, ...(after !== undefined && { after: Number(after) as Position }) }),
    explainConnection: explainer.explainConnection,
    explainReport: explainer.explainReport,
    followEntries: (query, signal) => followers.follow(query, signal),
    platform: () => ({
      name: 'Quayside',
      version: version(),
      publicHost: config.publicHost,
      addresses: machineAddresses(),
      listeners: (['http', 'https', 'mqtt', 'mqtts'] as const).map((name) => ({ name, port: ports[name] })),
      region: config.region,
      ca: tls.ca,
    }),
  }
  const folder = consoleFolder()
  const api = await startApi({
    operations,
    deps,
    callers: {
      findAccessKey: (accessKey) => findAccessKey(store, accessKey),
      findToken: (sha256, now) => findToken(store, sha256, now),
      sessions: {
        find: (sha256, now) => findSession(store, sha256, now),
        renew: (sha256, expiresAt) => renewSession(store, sha256, expiresAt),
        end: (sha256) => endSession(store, sha256),
      },
    },
    audit: async (entry, projectId: ProjectId = home.projectId) =>
      void (await log.append([{ kind: 'audit', at: clock.now(), projectId, body: entry }])),
    logger,
    http: { host: config.bind, port: config.httpPort },
    https: { host: config.bind, port: config.httpsPort, ...nodeIdentity(tls.identity) },
    ...(folder !== undefined && { console: { folder, leadPage } }),
    routes: platformRoutes({
      hasConsole: folder !== undefined,
      version: version(),
      ca: tls.ca,
      metrics,
      ports: () => ports,
      health: () => log.health().catch((fault: Error) => ({ ok: false, reason: fault.message })),
    }),
    onAnswered: ({ operation, status }) => metrics.countRequest(operation, status),
    version: version(),
  })
  closers.push(() => api.close())
  Object.assign(ports, { http: api.ports.http, https: api.ports.https ?? 0 })

  const stopWatching = watchTls(tls, (identity) => {
    api.renewTls(nodeIdentity(identity))
    return listeners.updateTls(identity)
  })
  closers.push(stopWatching)
  closers.push(
    every(
      expiryIntervalMillis,
      () => expireUnactivatedDevices(deps),
      (fault) => logger.error({ fault }, 'devices that never connected could not be deleted'),
    ),
  )
  closers.push(await openControlSocket(paths.controlSocket, credentialVerbs(store, clock), logger))
  return { ports, first, close }
}

const nodeIdentity = ({
  keys,
  certificates,
}: {
  keys: readonly string[]
  certificates: readonly string[]
}) => ({
  key: [...keys],
  cert: [...certificates],
})

/** Runs `work` again `millis` after it has ended; the returned function stops that and waits for a run under way. */
function every(
  millis: number,
  work: () => Promise<unknown>,
  failed: (fault: unknown) => void,
): () => Promise<void> {
  let running = Promise.resolve()
  let timer = setTimeout(tick, millis)
  function tick(): void {
    running = work()
      .then(() => undefined, failed)
      .then(() => {
        timer = setTimeout(tick, millis)
      })
  }
  return async () => {
    clearTimeout(timer)
    await running
    clearTimeout(timer)
  }
}

async function openControlSocket(
  path: string,
  verbs: Parameters<typeof startControlSocket>[1],
  logger: Logger,
): Promise<() => void> {
  try {
    const server = await startControlSocket(path, verbs)
    return () => void server.close()
  } catch (fault) {
    // The platform does its work without it; only `quayside credentials` needs the server to be stopped then.
    logger.warn(
      { path, fault },
      'no control socket; use a shorter path for the data folder, or stop the server first',
    )
    return () => undefined
  }
}

/**
 * Safety: listener threads share their ports (`reusePort`), and so would a second platform of the same user
 * without either noticing. So each port is tried alone first; a taken one stops the start.
 */
async function refuseTakenPorts(config: Config): Promise<void> {
  const asked = {
    HTTP: config.httpPort,
    HTTPS: config.httpsPort,
    MQTT: config.mqttPort,
    MQTTS: config.mqttsPort,
  }
  const used = Object.entries(asked).filter(([, port]) => port !== 0)
  for (const [index, [name, port]] of used.entries()) {
    const same = used.slice(0, index).find(([, other]) => other === port)
    if (same)
      throw new ConfigError(
        `QUAYSIDE_${same[0]}_PORT and QUAYSIDE_${name}_PORT are both ${port}; give each its own.`,
      )
    const problem = await tryPort(config.bind, port)
    if (problem === 'EADDRINUSE')
      throw new ConfigError(
        `Port ${port} is taken by another program; stop it, or set QUAYSIDE_${name}_PORT to another port.`,
      )
    if (problem === 'EACCES')
      throw new ConfigError(
        `This user may not listen on port ${port}; set QUAYSIDE_${name}_PORT to a port above 1023.`,
      )
    if (problem === 'EADDRNOTAVAIL')
      throw new ConfigError(`QUAYSIDE_BIND: this machine has no address ${config.bind}.`)
    if (problem !== undefined)
      throw new ConfigError(`Port ${port} (QUAYSIDE_${name}_PORT) cannot be opened: ${problem}.`)
  }
}

function tryPort(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', (fault: NodeJS.ErrnoException) => resolve(fault.code ?? fault.message))
    probe.listen({ host, port, exclusive: true }, () => probe.close(() => resolve(undefined)))
  })
}
