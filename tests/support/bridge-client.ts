import { createHmac } from 'node:crypto'
import type { MqttClient } from 'mqtt'
import { connectOnce, publish } from './device-client.ts'
import type { Body, Quayside } from './quayside.ts'

export interface RegisteredBridge {
  readonly bridgeId: string
  readonly secret: string
}

let bridges = 0

export async function registerBridge(quayside: Quayside): Promise<RegisteredBridge> {
  const bridge_id = `bridge-${++bridges}`
  const { status, body } = await quayside.api('POST', '/v5/iot/{project}/bridges', {
    bridge_name: 'A bridge',
    bridge_id,
  })
  if (status !== 201) throw new Error(`the bridge was refused: ${JSON.stringify(body)}`)
  return { bridgeId: body.bridge_id, secret: body.auth_info.secret }
}

/** A bridge as the SDKs are written: it subscribes to nothing, and waits for the answer of each request. */
export interface BridgeClient {
  readonly client: MqttClient
  /** `$oc/bridges/{bridge}/devices/{device}/…` */
  topic(deviceId: string, below: string): string
  /** Publishes at QoS 1 and waits for the PUBACK. */
  send(deviceId: string, below: string, payload: string | Buffer | object): Promise<unknown>
  /** Publishes a request and gives the body of its answer. */
  request(deviceId: string, act: 'login' | 'logout' | 'reset_secret', body: object): Promise<Body>
  /** With `sign_type` and the password of the present hour. */
  logIn(deviceId: string, secret: string, fields?: object): Promise<Body>
  /** The next publish on a topic of this device that begins with `below`, in which order ever they came. */
  next(deviceId: string, below: string): Promise<{ readonly topic: string; readonly body: Body }>
  end(): Promise<void>
}

const hour = () => new Date().toISOString().replaceAll(/[-T:]/g, '').slice(0, 10)
const passwordOf = (secret: string, timestamp: string) =>
  createHmac('sha256', timestamp).update(secret).digest('hex')

export const bridgeCredentials = ({ bridgeId, secret }: RegisteredBridge) => {
  const timestamp = hour()
  return {
    ...{ clientId: `${bridgeId}_3_0_${timestamp}`, username: bridgeId },
    password: passwordOf(secret, timestamp),
  }
}

export async function connectBridge(
  { ports }: Pick<Quayside, 'ports'>,
  bridge: RegisteredBridge,
  protocolVersion: 4 | 5 = 4,
): Promise<BridgeClient> {
  const { client } = await connectOnce(`mqtt://127.0.0.1:${ports.mqtt}`, {
    ...bridgeCredentials(bridge),
    protocolVersion,
  })
  if (!client) throw new Error('the bridge was refused')
  const came: { topic: string; body: Body }[] = []
  let wake: (() => void)[] = []
  client.on('message', (topic, payload) => {
    const text = payload.toString()
    came.push({ topic, body: text.startsWith('{') ? JSON.parse(text) : text })
    const waiting = wake
    wake = []
    for (const resolve of waiting) resolve()
  })
  let requests = 0
  const topic = (deviceId: string, below: string) =>
    `$oc/bridges/${bridge.bridgeId}/devices/${deviceId}/${below}`
  const next: BridgeClient['next'] = async (deviceId, below) => {
    for (;;) {
      const at = came.findIndex((one) => one.topic.startsWith(topic(deviceId, below)))
      const [found] = at === -1 ? [] : came.splice(at, 1)
      if (found) return found
      await new Promise<void>((resolve) => wake.push(resolve))
    }
  }
  const send: BridgeClient['send'] = (deviceId, below, payload) =>
    publish(
      client,
      topic(deviceId, below),
      typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload),
    )
  const request: BridgeClient['request'] = async (deviceId, act, body) => {
    const id = `r${++requests}`
    await send(deviceId, `sys/${act}/request_id=${id}`, body)
    return (await next(deviceId, `sys/${act}/response/request_id=${id}`)).body
  }
  return {
    ...{ client, topic, send, request, next },
    logIn(deviceId, secret, fields = {}) {
      const timestamp = hour()
      const password = passwordOf(secret, timestamp)
      return request(deviceId, 'login', { sign_type: 0, timestamp, password, ...fields })
    },
    end: () => client.endAsync(),
  }
}
