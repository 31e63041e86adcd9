import { LRUCache } from 'lru-cache'
import { type DeviceId, parseDeviceId, type ProjectId, type RowKey } from '../base/ids.ts'
import { systemClock, systemElapsed } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import { type Authenticator, createAuthenticator } from '../device-auth/authenticate.ts'
import { bridgeSession } from '../domain/bridge/bridge.ts'
import { compileModel, type CompiledModel } from '../domain/product-model/check-value.ts'
import type { Uplink } from '../domain/uplink/uplink.ts'
import type { ConnectionGrant, ConnectionVerdict } from '../domain/verdict/verdict.ts'
import { createIngest } from '../ingest/accept.ts'
import type { Sender } from '../ingest/batch.ts'
import { type Listener, type ListenerOptions, startListener } from '../listener/listener.ts'
import type {
  BridgeNotice,
  DroppedPublish,
  ListenerDeps,
  QuotaExcess,
  RefusedSubscription,
  Sender as ListenerSender,
} from '../listener/ports.ts'
import { isActedOn } from '../router/route.ts'
import { openRegistryReader, type RegistryReader } from '../store/registry-reader.ts'
import { createPolicyBook } from './policy-book.ts'
import { createPresenceBatch } from './presence-batch.ts'
import { bytesOf, createPresentedMemory } from './presented.ts'
import { createRecordLimit } from './record-limit.ts'
import type { Remote } from './rpc.ts'
import type { SharedSockets } from './shared-sockets.ts'
import { type ListenerApi, type MainApi, type StoreApi, threadOf } from './threads.ts'

export interface DeviceStackOptions {
  /** Of the thread: unique over threads and starts. */
  readonly name: string
  readonly registryFile: string
  /** See `OpenedStore.version`. */
  readonly registryVersion: Int32Array
  readonly sealingKey: Uint8Array
  readonly homeProjectId: ProjectId
  readonly store: Remote<StoreApi>
  readonly main: Remote<MainApi>
  readonly logger: Logger
  /** As they are configured. */
  readonly limits: Limits
  /** See `EventTimeOptions`. */
  readonly lenientEventTime: boolean
  /** Counts sockets over all threads. */
  readonly sockets: SharedSockets
  readonly listen: Omit<ListenerOptions, 'threadName'>
}

/** All that devices of one thread meet: sockets, sessions, authentication, decisions. */
export interface DeviceStack {
  readonly api: ListenerApi
  /** Rejects when a port cannot be had. */
  readonly listening: Promise<Listener>
  readonly registry: RegistryReader
  readonly authenticate: Authenticator['authenticate']
  readonly accept: ListenerDeps['accept']
  readonly recordRefusal: (verdict: ConnectionVerdict, certificates: readonly Uint8Array[]) => Promise<void>
}

/**
 * Puts the stages together for the devices of one thread: a listener thread, or the main thread, where HTTP servers are.
 * It reads the registry through a connection of its own and writes nothing itself: the log belongs to the store thread,
 * the registry to the main thread.
 */
export function startDeviceStack(options: DeviceStackOptions): DeviceStack {
  const { store, main, logger, limits, lenientEventTime } = options
  const clock = systemClock
  const registry = openRegistryReader({
    file: options.registryFile,
    key: options.sealingKey,
    version: options.registryVersion,
  })

  const policies = createPolicyBook(registry, limits)

  // What comes while the listener opens its ports waits for it.
  const api: ListenerApi = {
    cutConnection: async (deviceId, connection) =>
      (await listening).cutConnection(deviceId, connection, 'taken-over'),
    async notice(notice) {
      if (notice.kind === 'model-changed') {
        models.delete(notice.productKey)
        lastModel = undefined
      }
      if (notice.kind === 'policies-changed') policies.forget()
      if (notice.kind === 'device-changed') policies.forgetDevice(notice.deviceId)
      authenticator.invalidate(notice)
      const listener = await listening
      if (notice.kind === 'device-changed') {
        listener.recheck(notice.deviceId)
        if (notice.cut) await listener.cut(notice.deviceId, notice.cut)
      }
      if (notice.kind === 'policies-changed') listener.policiesChanged()
      if (notice.kind === 'trust-changed' && notice.removed !== undefined)
        await listener.cutAnchor(notice.removed)
    },
    deliver: async (connection, downlink) => (await listening).deliver(connection, downlink),
    provisioningOf: async (deviceId, connection) => (await listening).provisioningOf(deviceId, connection),
    broadcast: async (broadcast) => (await listening).broadcast(broadcast),
    stats: async () => (await listening).stats(),
    updateTls: async (identity) => (await listening).updateTls(identity),
    async close() {
      await (await listening).close()
      registry.close()
    },
  }
  // Compiled once per product and thread; a change of the model takes the entry out (notice `model-changed`).
  type Model = { readonly productKey: string; readonly compiled: CompiledModel | undefined }
  const models = new LRUCache<string, Model | Promise<CompiledModel | undefined>>({
    max: limits.compiledModelsMax,
  })
  // Asked for once a report, and nearly always the same.
  let lastModel: Model | undefined
  function modelOf(productKey: string): CompiledModel | undefined | Promise<CompiledModel | undefined> {
    if (lastModel?.productKey === productKey) return lastModel.compiled
    const known = models.get(productKey)
    if (known instanceof Promise) return known
    if (known) {
      lastModel = known
      return known.compiled
    }
    const loading = registry
      .findServices(productKey as RowKey)
      .then((services) => services && compileModel(services))
    models.set(productKey, loading)
    loading.then(
      // Unless a change of the model has taken it out meanwhile.
      (compiled) =>
        void (models.get(productKey) === loading && models.set(productKey, { productKey, compiled })),
      () => models.get(productKey) === loading && models.delete(productKey),
    )
    return loading
  }

  const authenticator = createAuthenticator({
    clock,
    limits,
    logger,
    findDevice: registry.findDevice,
    findBridge: registry.findBridge,
    listCaCertificates: registry.listCaCertificates,
    listProvisioningCas: registry.listProvisioningCas,
    findGroup: registry.findGroup,
    enrol: (request) => main.enrol(request),
    findIntermediates: registry.findIntermediates,
    pinFingerprint: (deviceId, fingerprint) => main.pinFingerprint(deviceId, fingerprint),
    saveIntermediates: (leafSha256, certificates) => main.saveIntermediates(leafSha256, certificates),
  })
  const ingest = createIngest({
    modelOf,
    findPlace: registry.findPlace,
    log: store,
    limits,
    lenientEventTime,
  })

  // What is refused is recorded, but a storm of it must not fill the disk.
  const mayRecordRefusal = createRecordLimit(
    { perSecondMax: limits.refusedVerdictsPerSecondMax, perSourceMax: limits.recordsPerSourceAndSecondMax },
    (unrecorded) => logger.warn({ unrecorded }, 'refused connections beyond the limit were counted only'),
  )
  const mayRecordDrop = createRecordLimit(
    { perSecondMax: limits.deniedPublishesPerSecondMax, perSourceMax: limits.recordsPerSourceAndSecondMax },
    (unrecorded) => logger.warn({ unrecorded }, 'denied publishes beyond the limit were counted only'),
  )

  const mayRecordCertificates = createRecordLimit(
    {
      perSecondMax: limits.refusedCertificateBytesPerSecondMax,
      perSourceMax: limits.refusedCertificateBytesPerSourceAndSecondMax,
    },
    (unrecorded) =>
      logger.warn({ unrecorded }, 'certificates of refused connections beyond the limit were told by digest'),
  )

  const presentedMemory = createPresentedMemory(limits)

  /**
   * Among whose entries a refusal stands. Without a project an id is only what somebody claimed, and so is the id of a
   * device that a bridge logs in.
   */
  async function whose({
    projectId,
    deviceId,
    bridgeId,
  }: ConnectionVerdict['subject']): Promise<DeviceId | undefined> {
    if (projectId === undefined) return undefined
    const known = deviceId === undefined ? undefined : parseDeviceId(deviceId)
    if (bridgeId === undefined) return known
    const device = known && (await registry.findDevice(known))
    return device?.projectId === projectId ? known : bridgeSession(bridgeId)
  }

  async function recordRefusal(
    verdict: ConnectionVerdict,
    certificates: readonly Uint8Array[],
  ): Promise<void> {
    const { projectId, address } = verdict.subject
    // Without its port: of one machine, or of those behind one NAT.
    const source = address.slice(0, address.lastIndexOf(':'))
    if (!mayRecordRefusal(verdict.at, source)) return
    const known = await whose(verdict.subject)
    const described = presentedMemory.describe(certificates, verdict.at)
    const presented = mayRecordCertificates(verdict.at, source, bytesOf(described))
      ? described
      : described.map(({ sha256 }) => ({ sha256 }))
    await store.append([
      {
        kind: 'connection',
        at: verdict.at,
        projectId: projectId ?? options.homeProjectId,
        ...(known && { deviceId: known }),
        body: { ...verdict, ...(presented.length > 0 && { presented }) },
      },
    ])
    presentedMemory.written(presented, verdict.at)
  }

  /** Among the entries of the device that is named, if it is one of the bridge's project, else of the bridge. */
  async function recordBridgeNotice({
    bridgeId,
    projectId,
    deviceId,
    topic,
    code,
    params,
    at,
  }: BridgeNotice): Promise<void> {
    const session = bridgeSession(bridgeId)
    if (!mayRecordDrop(at, session)) return
    const body = { code, params, topic }
    try {
      const device = await registry.findDevice(deviceId)
      const whom = device?.projectId === projectId ? deviceId : session
      await store.append([{ kind: 'notice', at, projectId, deviceId: whom, body }])
    } catch (fault) {
      logger.warn({ fault, bridgeId }, 'what a bridge did wrong could not be recorded')
    }
  }

  /** Safety S4, S14: a denied publish leaves one line. */
  function recordDrop({
    at,
    projectId,
    deviceId,
    connection,
    topic,
    code,
    reasonCode,
    byPolicy,
  }: DroppedPublish): void {
    if (!mayRecordDrop(at, deviceId)) return
    const body = {
      action: 'device.publish',
      actor: deviceId,
      address: connection,
      target: topic.slice(0, limits.systemTopicBytesMax),
      outcome: 'denied',
      detail: { code, reason_code: reasonCode },
    } as const
    // Policies are somebody's to change: the device's own trace says which, and how.
    const notice = byPolicy && { ...byPolicy, topic: body.target }
    store
      .append([
        { kind: 'audit', at, projectId, deviceId, body },
        ...(notice ? [{ kind: 'notice', at, projectId, deviceId, body: notice } as const] : []),
      ])
      .catch((fault: unknown) => logger.warn({ fault, deviceId }, 'a denied publish could not be recorded'))
  }

  function recordExcess({ at, projectId, deviceId, code, params }: QuotaExcess): void {
    store
      .append([{ kind: 'notice', at, projectId, deviceId, body: { code, params } }])
      .catch((fault: unknown) => logger.warn({ fault, deviceId }, 'an excess could not be recorded'))
  }

  function recordPolicyRefusal({ at, projectId, deviceId, topic, refusal }: RefusedSubscription): void {
    if (!mayRecordDrop(at, deviceId)) return
    store
      .append([{ kind: 'notice', at, projectId, deviceId, body: { ...refusal, topic } }])
      .catch((fault: unknown) =>
        logger.warn({ fault, deviceId }, 'a refused subscription could not be recorded'),
      )
  }

  /** Once it is durable, the main thread acts on it: answers it, or hands it to who waits for it. */
  function handingOn(uplink: Uplink, sender: ListenerSender): Sender {
    const { kind, deviceId, projectId, productKey, topic, requestId, receivedAt } = uplink
    if (kind === 'report' || kind === 'gateway-report') return sender
    // What was read lies in memory that is read into again.
    const payload = new Uint8Array(uplink.payload)
    return {
      accepted(ticket, bytes, answer) {
        sender.accepted(ticket, bytes, answer)
        main
          .takeUplink({
            ...{ kind, deviceId, projectId, productKey, topic, payload, receivedAt, connection: sender.name },
            ...(requestId !== undefined && { requestId }),
          })
          .catch((fault: unknown) => logger.warn({ fault, deviceId }, 'an uplink could not be handed on'))
      },
      notAccepted: (bytes, fault) => sender.notAccepted(bytes, fault),
    }
  }

  /** Something may wait for a device that came online, or subscribed (device protocol §1.5, §2.11). */
  async function tellIfDue(
    { deviceId, projectId, productKey, provisioning }: ConnectionGrant,
    connection: string,
  ): Promise<void> {
    if (provisioning) return
    try {
      const device = await registry.findDevice(deviceId)
      if (device?.due !== undefined) await main.connected({ deviceId, projectId, productKey, connection })
    } catch (fault) {
      logger.warn({ fault, deviceId }, 'what waits for a device could not be looked for')
    }
  }

  const accept: ListenerDeps['accept'] = (uplink, sender, ticket, bytes) =>
    ingest.accept(uplink, isActedOn(uplink) ? handingOn(uplink, sender) : sender, ticket, bytes)

  const presence = createPresenceBatch({
    store,
    limits,
    // What the device reported stands in the log before its end, and before what it sends again elsewhere.
    beforeEnds: () => ingest.flush(),
  })

  const listening = startListener(
    { threadName: options.name, ...options.listen },
    {
      clock,
      elapsed: systemElapsed,
      limits,
      logger,
      sockets: options.sockets,
      authenticate: (attempt) => authenticator.authenticate(attempt),
      accept,
      acceptReport: ingest.acceptReport,
      onDue: (grant, connection) => void tellIfDue(grant, connection),
      onSubscribed: (grant, connection) => void tellIfDue(grant, connection),
      async onConnected(grant, { connection, address, verdict, presented: certificates }) {
        const { deviceId, projectId, anchorKey } = grant
        const at = clock.now()
        const presented = presentedMemory.describe(certificates, at)
        const body = {
          ...verdict,
          ...(presented.length > 0 && { presented }),
          ...(anchorKey !== undefined && { anchorKey }),
        }
        const previous = await presence.claim(
          { deviceId, projectId, connection, address, at },
          { kind: 'connection', at, projectId, deviceId, body },
        )
        presentedMemory.written(presented, at)
        if (previous !== undefined && threadOf(previous) !== options.name)
          await main.cutTakenOver(deviceId, previous)
      },
      async onDisconnected({ deviceId, projectId }, connection, cause, error) {
        await presence.release({
          deviceId,
          projectId,
          connection,
          cause,
          at: clock.now(),
          // A session's error is also the packet that could not be read; only these three are meant for people.
          ...(error && { error: { code: error.code, clause: error.clause, detail: error.detail } }),
        })
      },
      onRefused: recordRefusal,
      decideTopic: policies.decideTopic,
      onDrop: recordDrop,
      onQuota: recordExcess,
      onBridgeNotice: (notice) => void recordBridgeNotice(notice),
      resetDeviceSecret: (request) => main.resetDeviceSecret(request),
      onPolicyRefusal: recordPolicyRefusal,
    },
  )

  return {
    api,
    listening,
    registry,
    authenticate: (attempt) => authenticator.authenticate(attempt),
    accept,
    recordRefusal,
  }
}
