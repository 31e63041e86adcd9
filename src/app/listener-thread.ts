import assert from 'node:assert'
import { parentPort, type MessagePort, workerData } from 'node:worker_threads'
import { parseDeviceId, type RowKey } from '../base/ids.ts'
import { systemClock } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import { createAuthenticator } from '../device-auth/authenticate.ts'
import type { ConnectionVerdict } from '../domain/verdict/verdict.ts'
import { compileModel, type CompiledModel } from '../domain/product-model/check-value.ts'
import { createIngest } from '../ingest/accept.ts'
import { startListener } from '../listener/listener.ts'
import type { DroppedPublish } from '../listener/ports.ts'
import { openRegistryReader } from '../store/registry-reader.ts'
import { forwardingLogger } from './logger.ts'
import { createRecordLimit } from './record-limit.ts'
import { createRpc } from './rpc.ts'
import {
  type Attach,
  type ListenerApi,
  type ListenerThreadData,
  type MainApi,
  sharedFaults,
  type StoreApi,
} from './threads.ts'

/*
 * A listener thread: sockets, sessions, authentication and decisions. It reads the registry through a connection
 * of its own and writes nothing itself: the log belongs to the store thread, the registry to the main thread.
 */

const parent = parentPort
assert(parent, 'a listener thread runs as a worker')
const data = workerData as ListenerThreadData

const clock = systemClock
const registry = openRegistryReader({ file: data.registryFile, key: data.sealingKey })
const storePort = await new Promise<MessagePort>((resolve) => {
  parent.once('message', ({ attach }: Attach) => resolve(attach))
})
const { remote: store } = createRpc<StoreApi>(storePort, {}, sharedFaults)
const logger = forwardingLogger(data.logLevel, (record) => void main.log(record))

const api: ListenerApi = {
  cutConnection: (deviceId, connection) => listener.cutConnection(deviceId, connection, 'taken-over'),
  async notice(notice) {
    if (notice.kind === 'model-changed') models.delete(notice.productKey)
    authenticator.invalidate(notice)
    if (notice.kind === 'device-changed') {
      listener.recheck(notice.deviceId)
      if (notice.cut) await listener.cut(notice.deviceId, notice.cut)
    }
    if (notice.kind === 'trust-changed' && notice.removed !== undefined)
      await listener.cutAnchor(notice.removed)
  },
  stats: () => listener.stats(),
  updateTls: (identity) => listener.updateTls(identity),
  async close() {
    await listener.close()
    registry.close()
  },
}
const { remote: main } = createRpc<MainApi, ListenerApi>(parent, api)

// Compiled once per product and thread; a change of the model takes the entry out (notice `model-changed`).
const models = new Map<string, Promise<CompiledModel | undefined>>()
function modelOf(productKey: string): Promise<CompiledModel | undefined> {
  const known = models.get(productKey)
  if (known) return known
  const loading = registry
    .findServices(productKey as RowKey)
    .then((services) => services && compileModel(services))
  models.set(productKey, loading)
  loading.catch(() => models.delete(productKey))
  return loading
}

const authenticator = createAuthenticator({
  clock,
  limits,
  logger,
  findDevice: registry.findDevice,
  listCaCertificates: registry.listCaCertificates,
  findIntermediates: registry.findIntermediates,
  pinFingerprint: (deviceId, fingerprint) => main.pinFingerprint(deviceId, fingerprint),
  saveIntermediates: (leafSha256, certificates) => main.saveIntermediates(leafSha256, certificates),
})
const ingest = createIngest({ modelOf, log: store, limits })

// What is refused is recorded, but a storm of it must not fill the disk.
const mayRecord = createRecordLimit(limits.refusedVerdictsPerSecondMax, (unrecorded) =>
  logger.warn({ unrecorded }, 'refusals beyond the limit were counted only'),
)

async function recordRefusal(verdict: ConnectionVerdict): Promise<void> {
  if (!mayRecord(verdict.at)) return
  const { projectId, deviceId } = verdict.subject
  // Without a project the id is only what somebody claimed: it must not stand among a device's own entries.
  const known = projectId === undefined || deviceId === undefined ? undefined : parseDeviceId(deviceId)
  await store.append([
    {
      kind: 'connection',
      at: verdict.at,
      projectId: projectId ?? data.homeProjectId,
      ...(known && { deviceId: known }),
      body: verdict,
    },
  ])
}

/** Safety S4, S14: a denied publish leaves one line. */
function recordDrop({ at, projectId, deviceId, connection, topic, code, reasonCode }: DroppedPublish): void {
  if (!mayRecord(at)) return
  const body = {
    action: 'device.publish',
    actor: deviceId,
    address: connection,
    target: topic.slice(0, limits.systemTopicBytesMax),
    outcome: 'denied',
    detail: { code, reason_code: reasonCode },
  } as const
  store
    .append([{ kind: 'audit', at, projectId, deviceId, body }])
    .catch((fault: unknown) => logger.warn({ fault, deviceId }, 'a denied publish could not be recorded'))
}

const listener = await startListener(
  {
    threadName: data.name,
    host: data.bind,
    mqttPort: data.mqttPort,
    mqttsPort: data.mqttsPort,
    reusePort: data.reusePort,
    tls: data.tls,
  },
  {
    clock,
    limits,
    logger,
    authenticate: (attempt) => authenticator.authenticate(attempt),
    accept: (uplink) => ingest.accept(uplink),
    async onConnected(grant, { connection, address, verdict }) {
      const { deviceId, projectId } = grant
      const previous = await store.claim({
        deviceId,
        projectId,
        connection,
        address,
        at: clock.now(),
        verdict,
      })
      if (previous !== undefined && !previous.startsWith(`${data.name}-`))
        await main.cutTakenOver(deviceId, previous)
    },
    onDisconnected: ({ deviceId, projectId }, connection, cause) =>
      store.release({ deviceId, projectId, connection, cause, at: clock.now() }),
    onRefused: recordRefusal,
    onDrop: recordDrop,
  },
)
const { mqtt, mqtts } = listener.ports
assert(mqtt !== undefined && mqtts !== undefined, 'both listeners are open')
parent.postMessage({ ready: true, ports: { mqtt, mqtts } })
