import { startApi } from '../api/server.ts'
import { createIds, type DeviceId, type ProjectId } from '../base/ids.ts'
import { systemClock, systemElapsed } from '../base/instant.ts'
import type { Logger } from '../base/logger.ts'
import { createInProcessBus } from '../bus/in-process-bus.ts'
import { resetBridgedSecret } from '../device-requests/bridged-secret.ts'
import { createChildNotices } from '../device-requests/child-notices.ts'
import { createDeviceRequests } from '../device-requests/handle.ts'
import { sendEvent } from '../device-requests/send-event.ts'
import { createDispatch } from '../downlink/dispatch.ts'
import { createDesiredPushes } from '../downlink/desired-pushes.ts'
import type { Downlinks } from '../downlink/downlinks.ts'
import { createNotices } from '../downlink/notices.ts'
import { createWaitingAnswers } from '../downlink/waiting.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import { applyRetention } from '../jobs/apply-retention.ts'
import { expireUnactivatedDevices } from '../jobs/expire-devices.ts'
import { expireDownlinks } from '../jobs/expire-downlinks.ts'
import { repeatConfigurations } from '../jobs/repeat-configurations.ts'
import { operations } from '../operations/all.ts'
import { addOwnChildren, deleteOwnChildren } from '../operations/devices/own-children.ts'
import type { OperationDeps } from '../operations/operation.ts'
import { findAccessKey } from '../store/access-keys.ts'
import { findDeviceAnywhere } from '../store/devices.ts'
import { migrate } from '../store/migrate.ts'
import { openStore } from '../store/open-store.ts'
import { listProjects } from '../store/projects.ts'
import { readGatewaySettings } from '../store/settings.ts'
import { endSession, findSession, renewSession } from '../store/sessions.ts'
import { findToken } from '../store/tokens.ts'
import type { Config } from './config.ts'
import { configuredLimits } from './configured-limits.ts'
import { consoleFolder } from './console-folder.ts'
import { startControlSocket } from './control-socket.ts'
import { credentialVerbs } from './credentials.ts'
import { dataPaths, loadSealingKey, writePrivateFile } from './data-folder.ts'
import { openDeviceFiles } from './device-files.ts'
import { createDeviceLogReader } from './device-logs.ts'
import { every } from './every.ts'
import { deviceHttpRoutes } from './device-http-routes.ts'
import { createHttpPresence } from './http-presence.ts'
import { record } from '../api/audit.ts'
import { createEnrolment } from '../device-auth/enrol.ts'
import { createExplainer } from './explain.ts'
import { type FirstStart, firstStartText, runFirstStart } from './first-start.ts'
import { createLogFollowers } from './follow.ts'
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
import { refuseTakenPorts } from './taken-ports.ts'
import { createTimers } from './timers.ts'
import { openTls, watchTls } from './tls-identity.ts'
import { machineAddresses, servedCertificates } from './tls-material.ts'
import { topicFacts } from './topics.ts'
import { version } from './version.ts'

export interface Platform {
  readonly ports: Ports
  /** What the first start made; undefined on later ones. */
  readonly first: FirstStart | undefined
  /** Stops accepting, answers what is committed, closes everything in reverse order of opening (safety R7). */
  close(): Promise<void>
}

const expiryIntervalMillis = 10_000
const downlinkExpiryIntervalMillis = 5_000
const drainIntervalMillis = 5_000
const httpSweepMillis = 60_000
const configurationIntervalMillis = 60_000
const fileSweepIntervalMillis = 3_600_000
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
  const drainOutbox = createOutboxDrain(store, (entries) => log.append(entries), logger)
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
  const timers = createTimers()
  closers.push(() => timers.close())
  const ports = { http: 0, https: 0, mqtt: 0, mqtts: 0 }
  const { files, streams, sweep } = await openDeviceFiles({
    ...{ config, paths, ports, sealingKey, store, clock, ids },
  })
  const toDevices = {
    ...{ clock, ids, limits, logger, store, downlinks },
    append: (entries: readonly NewEntry[]) => log.append(entries),
    readShadow: (deviceId: DeviceId) => log.readShadow(deviceId),
    readStatuses: async (deviceIds: readonly DeviceId[]) => new Map(await log.readStatuses(deviceIds)),
  }
  const dispatch = createDispatch({ ...toDevices, later: timers.later, lenientEventTime })
  const desired = createDesiredPushes(toDevices)
  closers.push(() => desired.close())
  storeThread.onDesiredDiffers((deviceId) => desired.push(deviceId, 'report'))
  const notices = createNotices(toDevices)
  const childNotices = createChildNotices({
    ...toDevices,
    isConnected: async (deviceId) => (await log.connectionOf(deviceId)) !== undefined,
  })
  closers.push(() => childNotices.close())
  const { childrenFollow } = await readGatewaySettings(store)
  await log.followGateways(childrenFollow, clock.now())
  const deviceRequests = createDeviceRequests({
    ...toDevices,
    dispatch,
    desired,
    provisioningOf: (deviceId, connection) => listeners.provisioningOf(deviceId, connection),
    accessAddress: (serverName) =>
      config.accessAddress ?? `${serverName ?? config.publicHost}:${listeners.ports.mqtts}`,
    notices,
    files,
    children: {
      add: (gateway, entries) => addOwnChildren(deps, gateway, entries),
      delete: (gateway, deviceIds) => deleteOwnChildren(deps, gateway, deviceIds),
      say: (said) => log.sayChildren(said),
      notices: childNotices,
    },
  })
  const enrolment = createEnrolment({
    store,
    clock,
    ids,
    limits,
    drainOutbox,
    audit: ({ projectId, deviceId }, body) =>
      record(
        async () => void (await log.append([{ kind: 'audit', at: clock.now(), projectId, deviceId, body }])),
        logger,
        body,
        projectId,
      ),
  })
  /** What waited for a child goes by its new gateway at once, if that is connected. */
  const sendOn = async ({ deviceId, gatewayId }: Parameters<OperationDeps['childMoved']>[0]) => {
    const connection = await log.connectionOf(gatewayId)
    const [gateway, child] = [
      await findDeviceAnywhere(store, gatewayId),
      await findDeviceAnywhere(store, deviceId),
    ]
    if (connection === undefined || !gateway || !child) return
    const { projectId, productKey } = gateway
    const wasTold = notices.wasTold(gatewayId, connection)
    await deviceRequests.connected({ deviceId: gatewayId, projectId, productKey, connection })
    if (wasTold) await notices.pushMoved(child)
  }
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
    deviceRequests,
    resetDeviceSecret: async (request) => {
      const outcome = await resetBridgedSecret({ store, clock, append: toDevices.append }, request)
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
  closers.push(
    every(
      httpSweepMillis,
      () => httpPresence.sweep(),
      (fault) =>
        logger.error({ fault }, 'devices that came over HTTP and are silent could not be set offline'),
    ).stop,
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
    dispatch,
    notices,
    files,
    sendEvent: (device, event) => sendEvent(toDevices, device, event),
    childrenChanged: (gatewayId) => childNotices.changed(gatewayId),
    async childMoved(child) {
      await log.childMoved({ ...child, at: clock.now() })
      void sendOn(child).catch((fault: unknown) =>
        logger.error({ err: fault, deviceId: child.deviceId }, 'what waited for a child could not be sent'),
      )
    },
    followGateways: (isFollowing) => log.followGateways(isFollowing, clock.now()),
    drainOutbox,
    readShadow: toDevices.readShadow,
    changeShadow: (change) => log.changeShadow(change).catch(refuseUnwritten),
    pushDesired: ({ deviceId }) => desired.push(deviceId, 'changed'),
    readStatuses: toDevices.readStatuses,
    readBridged: (query) => log.readBridged(query),
    readConnected: (query) => log.readConnected(query),
    readHistory: (query) => log.readHistory(query),
    readBuckets: (query) => log.readBuckets(query),
    readConnections: (query) => log.readConnections(query),
    readConnection: (projectId, position) => log.readConnection(projectId, position),
    readPresented: (deviceId) => log.readPresented(deviceId),
    countByAnchor: async (projectId) => new Map(await log.countByAnchor(projectId)),
    readLatest: (deviceId) => log.readLatest(deviceId),
    readDeviceEntries: (query) => log.readDeviceEntries(query),
    readDeviceLogs: createDeviceLogReader((query) => log.readDeviceEntries(query)),
    readTotals: (projectId) => log.readTotals(projectId),
    readStatistics: (query) => log.readStatistics(query),
    readFirsts: (projectId) => log.readFirsts(projectId),
    readUsage: () => log.usage(),
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
      void (await log.append([{ kind: 'audit', at: clock.now(), projectId, body: entry }])),
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
  closers.push(
    every(
      limits.ticketKeysMillis,
      () => listeners.renewTicketKeys(),
      (fault) =>
        logger.error({ fault }, 'the keys of TLS session tickets could not be renewed on all threads'),
    ).stop,
  )
  closers.push(
    every(
      expiryIntervalMillis,
      () => expireUnactivatedDevices(deps),
      (fault) => logger.error({ fault }, 'devices that never connected could not be deleted'),
    ).stop,
  )
  closers.push(
    every(
      downlinkExpiryIntervalMillis,
      () => expireDownlinks(deps),
      (fault) => logger.error({ fault }, 'messages and commands whose time is over could not be ended'),
    ).stop,
    every(
      configurationIntervalMillis,
      () => repeatConfigurations({ ...toDevices, notices }),
      (fault) => logger.error({ fault }, 'configurations could not be sent again'),
    ).stop,
    every(fileSweepIntervalMillis, sweep, (fault) =>
      logger.error({ fault }, 'files that nobody has any more could not be deleted'),
    ).stop,
  )
  // What a full disk kept out of the log is moved there once there is space again.
  closers.push(every(drainIntervalMillis, drainOutbox, () => undefined).stop)
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

async function openControlSocket(
  path: string,
  verbs: Parameters<typeof startControlSocket>[1],
  logger: Logger,
): Promise<() => void> {
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
