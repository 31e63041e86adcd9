import { startApi } from '../api/server.ts'
import { createIds, type ProjectId } from '../base/ids.ts'
import { systemClock, systemElapsed } from '../base/instant.ts'
import type { Logger } from '../base/logger.ts'
import { createInProcessBus } from '../bus/in-process-bus.ts'
import { resetBridgedSecret } from '../device-requests/bridged-secret.ts'
import type { Downlinks } from '../downlink/downlinks.ts'
import { createWaitingAnswers } from '../downlink/waiting.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { applyRetention } from '../jobs/apply-retention.ts'
import { operations } from '../operations/all.ts'
import type { OperationDeps } from '../operations/operation.ts'
import { findAccessKey } from '../store/access-keys.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { listProjects } from '../store/projects.ts'
import { readGatewaySettings } from '../store/settings.ts'
import { endSession, findSession, renewSession } from '../store/sessions.ts'
import { findToken } from '../store/tokens.ts'
import type { Config } from './config.ts'
import { configuredLimits } from './configured-limits.ts'
import { consoleFolder } from './console-folder.ts'
import { openControlSocket } from './control-socket.ts'
import { credentialVerbs } from './credentials.ts'
import { dataPaths, loadSealingKey, writePrivateFile } from './data-folder.ts'
import { openDeviceFiles } from './device-files.ts'
import { every } from './every.ts'
import { deviceHttpRoutes } from './device-http-routes.ts'
import { createHttpPresence } from './http-presence.ts'
import { record } from '../api/audit.ts'
import { createEnrolment } from '../device-auth/enrol.ts'
import { createExplainer } from './explain.ts'
import { type FirstStart, firstStartText, runFirstStart } from './first-start.ts'
import { createLogFollowers } from './follow.ts'
import { startJobs } from './jobs.ts'
import { leadPage } from './lead-page.ts'
import { type Listeners, startListeners } from './listeners.ts'
import { createMetrics } from './metrics.ts'
import { createOutboxDrain } from './outbox-drain.ts'
import { platformRoutes } from './platform-routes.ts'
import { platformVerbs } from './platform-verbs.ts'
import type { Ports } from './ports.ts'
import { refuseUnwritten } from './refuse-unwritten.ts'
import { refuseForeignKey } from './sealing-key-check.ts'
import { startStoreThread } from './store.ts'
import { storeReads } from './store-reads.ts'
import { refuseTakenPorts } from './taken-ports.ts'
import { openTls, watchTls } from './tls-identity.ts'
import { machineAddresses, servedCertificates } from './tls-material.ts'
import { createToDevices } from './to-devices.ts'
import { topicFacts } from './topics.ts'
import { version } from './version.ts'

export interface Platform {
  readonly ports: Ports
  /** What the first start made; undefined on later ones. */
  readonly first: FirstStart | undefined
  /** Stops accepting, answers what is committed, closes everything in reverse order of opening (safety R7). */
  close(): Promise<void>
}

/** Not at the start: a clock that is years ahead until the network has set it must not empty the log. */
const retentionIntervalMillis = 10 * 60_000

/**
 * Starts the platform in this process: registry, store thread, listener threads, HTTP. Throws {@link ConfigError}
 * for what an operator can mend; whatever was opened before is closed again.
 */
export async function startServer(config: Config, logger: Logger): Promise<Platform> {
  const closers: (() => Promise<unknown> | void)[] = []
  const close = async (): Promise<void> => {
    for (const closer of closers.splice(0).toReversed())
      try {
        await closer()
      } catch (fault) {
        // What was opened before it must be closed all the same.
        logger.error({ fault }, 'something could not be closed')
      }
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
  const limits = configuredLimits(config)
  const lenientEventTime = config.eventTime === 'lenient'
  const paths = dataPaths(config.dataDir)
  await refuseTakenPorts(config)

  const sealingKey = loadSealingKey(paths)
  const store = openStore({ file: paths.registry, key: sealingKey })
  closers.push(() => store.close())
  await migrate(store, clock)
  await refuseForeignKey(store, paths.key)
  const first = await runFirstStart(store, config, paths.firstStart, { clock, ids })
  const [home] = await listProjects(store, 1)
  if (!home) throw new Error('the registry has no project')
  const tls = await openTls(config, paths, clock, logger)
  let served = servedCertificates(tls.identity)
  const startedAt = clock.now()

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
  const append = (entries: readonly NewEntry[]) => log.append(entries)
  const drainOutbox = createOutboxDrain(store, append, logger)
  await drainOutbox()

  const retention = every(
    retentionIntervalMillis,
    () => applyRetention({ store, clock, logger, prune: (what) => log.prune(what) }),
    (fault) => logger.error({ fault }, 'what need not be kept could not be deleted; it will be tried again'),
  )
  closers.push(() => retention.stop())

  const bus = createInProcessBus({ logger })
  const downlinks: Downlinks = {
    send: (downlink) => listeners.send(downlink),
    broadcast: (broadcast) => listeners.broadcast(broadcast),
    answers: createWaitingAnswers({ max: limits.waitingAnswersMax }),
  }
  const ports = { http: 0, https: 0, mqtt: 0, mqtts: 0 }
  const {
    files,
    streams,
    sweep: sweepFiles,
  } = await openDeviceFiles({
    ...{ config, paths, ports, sealingKey, store, clock, ids },
  })
  const toDevices = createToDevices({
    ...{ config, clock, ids, limits, lenientEventTime, logger, store, log, downlinks, files },
    listeners: () => listeners,
    operations: () => deps,
  })
  closers.push(...toDevices.closers)
  storeThread.onDesiredDiffers(toDevices.desiredDiffers)
  const { childrenFollow } = await readGatewaySettings(store)
  await log.followGateways(childrenFollow, clock.now())
  const enrolment = createEnrolment({
    store,
    clock,
    ids,
    limits,
    drainOutbox,
    audit: ({ projectId, deviceId }, body) =>
      record(
        async () => void (await append([{ kind: 'audit', at: clock.now(), projectId, deviceId, body }])),
        logger,
        body,
        projectId,
      ),
  })
  const listeners: Listeners = await startListeners({
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
    enrol: (request) => enrolment.enrol(request),
    limits,
    deviceRequests: toDevices.requests,
    resetDeviceSecret: async (request) => {
      const outcome = await resetBridgedSecret({ store, clock, append }, request)
      const { deviceId } = request
      if (outcome === 'done') await bus.publish({ kind: 'device-changed', deviceId })
      return outcome
    },
  })
  closers.push(() => listeners.close())

  const httpPresence = createHttpPresence({
    store: log,
    clock,
    limits,
    name: 'http-api',
    cutTakenOver: (deviceId, connection) => listeners.cutTakenOver(deviceId, connection),
  })
  closers.push(
    bus.subscribe(async (notice) => {
      if (notice.kind === 'device-changed' && notice.cut) await httpPresence.end(notice.deviceId, notice.cut)
    }),
  )
  const metrics = createMetrics({
    store: () => log.stats(),
    usage: () => log.usage(),
    elapsed: systemElapsed,
    listeners: () => listeners.stats(),
  })
  const explainer = createExplainer(store, clock, limits, lenientEventTime)
  Object.assign(ports, listeners.ports)
  const deps: OperationDeps = {
    store,
    clock,
    ids,
    limits,
    bus,
    downlinks,
    ...toDevices.operationDeps,
    files,
    followGateways: (isFollowing) => log.followGateways(isFollowing, clock.now()),
    drainOutbox,
    ...storeReads(log),
    changeShadow: (change) => log.changeShadow(change).catch(refuseUnwritten),
    applyRetention: () => retention.now(),
    explainConnection: explainer.explainConnection,
    explainReport: explainer.explainReport,
    tryTemplate: explainer.tryTemplate,
    explainTopic: explainer.explainTopic,
    followEntries: (query, signal) => followers.follow(query, signal),
    platform: () => ({
      name: 'Quayside',
      version: version(),
      publicHost: config.publicHost,
      addresses: machineAddresses(),
      listeners: (['http', 'https', 'mqtt', 'mqtts'] as const).map((name) => ({ name, port: ports[name] })),
      region: config.region,
      ca: tls.ca,
      serverCertificates: served,
      startedAt,
    }),
    listTopics: topicFacts,
  }
  const folder = consoleFolder()
  const health = () => log.health().catch((fault: Error) => ({ ok: false, reason: fault.message }))
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
      void (await append([{ kind: 'audit', at: clock.now(), projectId, body: entry }])),
    logger,
    http: { host: config.bind, port: config.httpPort },
    https: { host: config.bind, port: config.httpsPort, ...nodeIdentity(tls.identity) },
    upgrade: takeWebSockets(listeners),
    posts: deviceHttpRoutes(store, listeners.stack, httpPresence, limits),
    ...(folder !== undefined && { console: { folder, leadPage } }),
    routes: platformRoutes({
      hasConsole: folder !== undefined,
      version: version(),
      ca: tls.ca,
      metrics,
      ports: () => ports,
      health,
    }),
    streams,
    onAnswered: ({ operation, status }) => metrics.countRequest(operation, status),
    version: version(),
  })
  closers.push(() => Promise.all([api.close(), listeners.closeStack()]))
  Object.assign(ports, { http: api.ports.http, https: api.ports.https ?? 0 })

  const stopWatching = watchTls(tls, (identity) => {
    served = servedCertificates(identity)
    api.renewTls(nodeIdentity(identity))
    return listeners.updateTls(identity)
  })
  closers.push(stopWatching)
  closers.push(...startJobs({ ...deps, append, logger, drainOutbox, listeners, httpPresence, sweepFiles }))
  const verbs = {
    ...credentialVerbs(store, clock),
    ...platformVerbs({ store, clock, config, projectId: home.projectId, ports, ca: tls.ca.pem, health }),
  }
  closers.push(await openControlSocket(paths.controlSocket, verbs, logger))
  // A free port is known only now.
  if (first && (config.httpPort === 0 || config.httpsPort === 0))
    writePrivateFile(
      paths.firstStart,
      firstStartText(first, { ...config, httpPort: ports.http, httpsPort: ports.https }),
    )
  return { ports, first, close }
}

const takeWebSockets =
  ({ stack }: Listeners): NonNullable<Parameters<typeof startApi>[0]['upgrade']> =>
  (isTls, request, socket, head) => {
    // It is open: the ports of HTTP open after it.
    void stack.listening.then(({ upgrade }) => upgrade?.(isTls ? 'wss' : 'ws', request, socket, head))
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
