import assert from 'node:assert'
import { parentPort, type MessagePort, workerData } from 'node:worker_threads'
import { startDeviceStack } from './device-stack.ts'
import { forwardingLogger } from './logger.ts'
import { createRpc } from './rpc.ts'
import { shareSockets } from './shared-sockets.ts'
import {
  type Attach,
  type ListenerApi,
  type ListenerThreadData,
  type MainApi,
  sharedFaults,
  type StoreApi,
} from './threads.ts'

/*
 * A listener thread: ports of devices, and the stack behind them.
 */

const parent = parentPort
assert(parent, 'a listener thread runs as a worker')
const data = workerData as ListenerThreadData

const storePort = await new Promise<MessagePort>((resolve) => {
  parent.once('message', ({ attach }: Attach) => resolve(attach))
})
const { remote: store } = createRpc<StoreApi>(storePort, {}, sharedFaults)
// Calls come in later turns of the event loop: then it is filled.
const ours = {} as ListenerApi
const { remote: main } = createRpc<MainApi, ListenerApi>(parent, ours)
const { api, listening } = startDeviceStack({
  name: data.name,
  registryFile: data.registryFile,
  registryVersion: data.registryVersion,
  sealingKey: data.sealingKey,
  homeProjectId: data.homeProjectId,
  store,
  main,
  logger: forwardingLogger(data.logLevel, (record) => main.log(record)),
  limits: data.limits,
  lenientEventTime: data.lenientEventTime,
  sockets: shareSockets(data.socketCounts, data.seat, data.limits),
  listen: {
    host: data.bind,
    mqttPort: data.mqttPort,
    mqttsPort: data.mqttsPort,
    reusePort: data.reusePort,
    tls: data.tls,
  },
})
Object.assign(ours, api)
const { mqtt, mqtts } = (await listening).ports
assert(mqtt !== undefined && mqtts !== undefined, 'both listeners are open')
parent.postMessage({ ready: true, ports: { mqtt, mqtts } })
