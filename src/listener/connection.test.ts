import type { Socket } from 'node:net'
import { Duplex } from 'node:stream'
import { expect, test } from 'vitest'
import { limits } from '../base/limits.ts'
import { parseDeviceId, parseProductId, parseProjectId, parseSpaceId } from '../base/ids.ts'
import { silentLogger } from '../base/logger.ts'
import { encode } from '../codec/mqtt/encoder.ts'
import { notAllowed } from '../domain/policy/policy.ts'
import type { ConnectionVerdict } from '../domain/verdict/verdict.ts'
import { Connection } from './connection.ts'
import type { EndCause } from './end-cause.ts'
import { createHub } from './hub.ts'
import { SocketTransport } from './transport/socket-transport.ts'

test('R11: a peer that does not read is not read from any more, and ends by its keep alive', async () => {
  let now = 0
  let accepted = 0
  const ended: EndCause[] = []
  const [deviceId, projectId] = [parseDeviceId('dev1'), parseProjectId('0'.repeat(32))]
  const [spaceId, productId] = [parseSpaceId('1'.repeat(32)), parseProductId('meter')]
  if (!deviceId || !projectId || !spaceId || !productId) throw new Error('valid ids')
  const verdict = { outcome: 'accepted', answer: { mqtt: 0, mqtt5: 0, http: null } } as ConnectionVerdict
  // A socket whose peer never takes a byte: room for 8 bytes, the CONNACK and one PUBACK.
  const socket = new Duplex({ read: () => undefined, write: () => undefined, writableHighWaterMark: 8 })
  const hub = createHub({
    clock: { now: () => 0 },
    elapsed: () => now,
    limits,
    logger: silentLogger,
    authenticate: () =>
      Promise.resolve({
        verdict,
        grant: { deviceId, projectId, spaceId, productKey: 'p', productId, clientId: 'dev1' },
      }),
    accept: (_, sender, ticket, bytes) => {
      accepted++
      setImmediate(() => sender.accepted(ticket, bytes, { reasonCode: 0 }))
    },
    onConnected: () => Promise.resolve(),
    onDisconnected: (_, __, cause) => void ended.push(cause),
    onRefused: () => undefined,
    decideTopic: () => notAllowed,
  })
  const connection = new Connection(hub, new SocketTransport(socket as Socket), {
    listener: 'mqtt',
    host: '192.0.2.1',
    address: '192.0.2.1:1',
    name: 't-1',
  })
  const turn = () => new Promise((resolve) => setImmediate(resolve))
  const connect = {
    type: 'connect',
    protocolLevel: 4,
    clientId: 'c',
    cleanStart: true,
    keepAliveSeconds: 30,
  } as const
  socket.push(encode(connect, 4))
  await turn()

  for (let packetId = 1; packetId <= 5; packetId++) {
    const topic = '$oc/devices/dev1/sys/messages/up'
    const publish = {
      type: 'publish',
      topic,
      payload: new Uint8Array(1),
      qos: 1,
      retain: false,
      dup: false,
    } as const
    socket.push(encode({ ...publish, packetId }, 4))
    await turn()
  }

  expect(accepted).toBe(1)
  expect(socket.isPaused()).toBe(true)
  now = 45_000
  connection.sweep(now)
  expect(ended).toEqual(['keep-alive'])
})
