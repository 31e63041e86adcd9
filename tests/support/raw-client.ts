import { connect, type Socket } from 'node:net'

/**
 * A device that says exactly the bytes it is told to: packets are put together here by hand, without our codec, so
 * that a mistake of the codec cannot hide itself.
 */
export interface RawClient {
  readonly socket: Socket
  /** Hex (spaces allowed) or bytes. */
  send(bytes: string | Uint8Array): void
  /** The next `count` bytes as hex; rejects when the connection ends before. */
  take(count: number): Promise<string>
  /** All bytes not taken, once the server has ended the connection. */
  ended(): Promise<string>
  close(): void
}

export function hex(text: string): Buffer {
  return Buffer.from(text.replace(/\s+/g, ''), 'hex')
}

export function openRawClient(port: number): Promise<RawClient> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('connect', () => {
      socket.off('error', reject)
      resolve(rawClient(socket))
    })
  })
}

/** Over any connected socket: plain or TLS. */
export function rawClient(socket: Socket): RawClient {
  let received = Buffer.alloc(0)
  let isOver = false
  let wake: (() => void)[] = []
  const notify = () => {
    const waiting = wake
    wake = []
    for (const resolve of waiting) resolve()
  }
  socket.on('data', (chunk: Buffer) => {
    received = Buffer.concat([received, chunk])
    notify()
  })
  const over = () => {
    isOver = true
    notify()
  }
  socket.on('error', over) // A reset ends the connection as well.
  socket.on('end', over)
  socket.on('close', over)
  const until = async (isMet: () => boolean) => {
    while (!isMet()) await new Promise<void>((resolve) => wake.push(resolve))
  }
  return {
    socket,
    send: (bytes) => void socket.write(typeof bytes === 'string' ? hex(bytes) : bytes),
    async take(count) {
      await until(() => received.length >= count || isOver)
      if (received.length < count)
        throw new Error(`ended after ${received.toString('hex')}, awaited ${count} bytes`)
      const taken = received.subarray(0, count).toString('hex')
      received = received.subarray(count)
      return taken
    },
    async ended() {
      await until(() => isOver)
      return received.toString('hex')
    },
    close: () => void socket.destroy(),
  }
}

export interface ConnectFields {
  readonly level?: 3 | 4 | 5
  readonly deviceId?: string
  readonly clientId?: string
  /** Absent: the device id. */
  readonly username?: string
  readonly keepAlive?: number
  readonly password?: string
  /** Bits of the connect flags beside user name, password and clean start. */
  readonly flags?: number
  /** Bytes behind the client id: will topic and will payload. */
  readonly will?: Uint8Array
  /** 5.0: hex of the properties, without their length. */
  readonly properties?: string
}

export function connectPacket(fields: ConnectFields = {}): Buffer {
  const {
    level = 4,
    deviceId = 'dev1',
    keepAlive = 120,
    password = 'secret',
    flags = 0,
    will,
    properties = '',
  } = fields
  const { clientId = `${deviceId}_0_0_2026112207`, username = deviceId } = fields
  return packet(
    0x10,
    text(level === 3 ? 'MQIsdp' : 'MQTT'),
    Buffer.from([level, 0xc2 | flags, keepAlive >> 8, keepAlive & 255]),
    ...(level === 5 ? [block(properties)] : []),
    text(clientId),
    ...(will ? [will] : []),
    text(username),
    text(password),
  )
}

export interface PublishFields {
  readonly topic?: string
  readonly payload?: string | Uint8Array
  readonly qos?: 0 | 1 | 2
  readonly id?: number
  readonly dup?: boolean
  readonly retain?: boolean
  /** Exactly for 5.0, hex without the length; `''` for none. */
  readonly properties?: string
}

export function publishPacket(fields: PublishFields = {}): Buffer {
  const {
    topic = '$oc/devices/dev1/sys/properties/report',
    payload = report,
    qos = 1,
    id = 1,
    properties,
  } = fields
  const first = 0x30 | (fields.dup ? 8 : 0) | (qos << 1) | (fields.retain ? 1 : 0)
  return packet(
    first,
    text(topic),
    ...(qos > 0 ? [Buffer.from([id >> 8, id & 255])] : []),
    ...(properties === undefined ? [] : [block(properties)]),
    Buffer.from(payload),
  )
}

/** `properties`: exactly for 5.0. */
export function subscribePacket(
  id: number,
  filters: readonly (readonly [string, number])[],
  properties?: string,
): Buffer {
  return packet(
    0x82,
    Buffer.from([id >> 8, id & 255]),
    ...(properties === undefined ? [] : [block(properties)]),
    ...filters.flatMap(([filter, qos]) => [text(filter), Buffer.from([qos])]),
  )
}

export const report = '{"services":[{"service_id":"Env","properties":{"temperature":21.5}}]}'

/** First byte, remaining length, body. */
export function packet(first: number, ...body: readonly Uint8Array[]): Buffer {
  const bytes = Buffer.concat(body)
  return Buffer.concat([Buffer.from([first]), variableInteger(bytes.length), bytes])
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 255]), bytes])
}

function block(properties: string): Buffer {
  const bytes = hex(properties)
  return Buffer.concat([variableInteger(bytes.length), bytes])
}

function variableInteger(value: number): Buffer {
  const bytes: number[] = []
  do {
    bytes.push(value > 127 ? (value & 127) | 128 : value)
    value >>= 7
  } while (value > 0)
  return Buffer.from(bytes)
}
