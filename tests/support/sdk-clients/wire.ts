import { once } from 'node:events'
import { connect as connectTcp } from 'node:net'
import type { Duplex } from 'node:stream'
import { connect as connectTls } from 'node:tls'
import { hex, packet, publishPacket, subscribePacket, text } from '../raw-client.ts'

/*
 * MQTT by hand, as little of it as the SDKs need, on the levels 3 (3.1), 4 (3.1.1) and 5: neither our codec nor MQTT.js,
 * so that neither can hide what really goes over the socket.
 */

export type Level = 3 | 4 | 5

export interface WireConnect {
  readonly level: Level
  readonly clientId: string
  readonly username: string
  /** Absent: no password flag at all, as the SDKs do it with a certificate (device protocol §2.5). */
  readonly password?: string
  readonly keepAliveSeconds: number
  /** How long the SDK waits for the CONNACK (device protocol §1.6). */
  readonly patienceMillis: number
}

export interface Publish {
  readonly topic: string
  readonly payload: Buffer
  readonly qos: number
  readonly dup: boolean
}

/** Bytes to a server: a socket, TLS, or a WebSocket. */
export type Opening = () => Promise<Duplex>

export interface TlsFiles {
  /** PEM of the CAs that the SDK was given; it does not look at the host name (device protocol §1.2). */
  readonly ca: string
  readonly cert?: string
  readonly key?: string
}

export const overTcp =
  (port: number): Opening =>
  async () => {
    const socket = connectTcp({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return socket
  }

/** TLS of exactly 1.2, as the SDKs ask for it (device protocol §1.2). */
export const overTls =
  (port: number, files: TlsFiles): Opening =>
  async () => {
    const socket = connectTls({
      ...{ port, host: '127.0.0.1', minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' },
      ...files,
      checkServerIdentity: () => undefined,
    })
    await once(socket, 'secureConnect')
    return socket
  }

/** A CONNECT that was answered, refused, or not answered in time. */
export interface WireOutcome {
  /** Of the CONNACK; undefined: the connection ended, or the patience did, without one. */
  readonly code: number | undefined
  /** Exactly when `code` is 0. */
  readonly wire?: Wire
}

/** One connection on which a CONNACK of success came. */
export class Wire {
  readonly level: Level
  /** Hex of the CONNACK's properties (5.0). */
  readonly offered: string
  readonly #stream: Duplex
  readonly #acknowledged = new Map<number, (code: number) => void>()
  readonly #inbox: Publish[] = []
  readonly #waiting: ((publish: Publish) => void)[] = []
  #answers: ((body: Buffer) => void)[] = []
  #packetId = 0
  #handler: ((publish: Publish) => void) | undefined
  readonly closed: Promise<void>
  /** Code of a DISCONNECT that the server sent (5.0). */
  farewell: number | undefined

  constructor(stream: Duplex, level: Level, offered: string, rest: Buffer) {
    this.#stream = stream
    this.level = level
    this.offered = offered
    this.closed = new Promise((resolve) => stream.once('close', () => resolve()))
    readPackets(stream, rest, (first, body) => this.#take(first, body))
  }

  /** What comes from now on goes there, and no longer to `next`. */
  onPublish(handler: (publish: Publish) => void): void {
    this.#handler = handler
    for (const publish of this.#inbox.splice(0)) handler(publish)
  }

  /** The next PUBLISH, in order. */
  next(): Promise<Publish> {
    const first = this.#inbox.shift()
    return first ? Promise.resolve(first) : new Promise((resolve) => this.#waiting.push(resolve))
  }

  /** What has come and nobody has taken. */
  left(): readonly Publish[] {
    return this.#inbox.splice(0)
  }

  /** Resolves with the code of the PUBACK (0 on 3.x), at QoS 0 at once. `properties`: hex (5.0). */
  async publish(
    topic: string,
    payload: string | Uint8Array,
    { qos = 1, properties = '' }: { readonly qos?: 0 | 1; readonly properties?: string } = {},
  ): Promise<number> {
    const id = this.#nextId()
    this.#stream.write(publishPacket({ topic, payload, qos, id, ...(this.level === 5 && { properties }) }))
    return qos === 0 ? 0 : new Promise((resolve) => this.#acknowledged.set(id, resolve))
  }

  /** The granted qualities, in the order of the filters. */
  async subscribe(filters: readonly string[], qos: 0 | 1 = 1): Promise<readonly number[]> {
    const asked = filters.map((filter) => [filter, qos] as const)
    this.#stream.write(subscribePacket(this.#nextId(), asked, this.level === 5 ? '' : undefined))
    const body = await this.#answer()
    return [...body.subarray(this.level === 5 ? 3 : 2)]
  }

  async unsubscribe(filter: string): Promise<void> {
    const id = this.#nextId()
    const head = [id >> 8, id & 255, ...(this.level === 5 ? [0] : [])]
    this.#stream.write(packet(0xa2, Uint8Array.from(head), text(filter)))
    await this.#answer()
  }

  /** Answered once everything before it has been read. */
  async ping(): Promise<void> {
    this.#stream.write(hex('c000'))
    await this.#answer()
  }

  /** Leaves with these bytes. */
  async disconnect(bytes = 'e000'): Promise<void> {
    this.#stream.end(hex(bytes))
    await this.closed
  }

  /** Leaves without a word. */
  drop(): void {
    this.#stream.destroy()
  }

  #nextId(): number {
    this.#packetId = (this.#packetId % 65_535) + 1
    return this.#packetId
  }

  #answer(): Promise<Buffer> {
    return new Promise((resolve) => this.#answers.push(resolve))
  }

  #take(first: number, body: Buffer): void {
    const kind = first >> 4
    if (kind === 3) this.#publish(first, body)
    else if (kind === 4) this.#acknowledge(body)
    else if (kind === 14) this.farewell = body[0] ?? 0
    // SUBACK, UNSUBACK, PINGRESP: each is asked for one at a time.
    else this.#answers.shift()?.(body)
  }

  #acknowledge(body: Buffer): void {
    const id = body.readUInt16BE(0)
    this.#acknowledged.get(id)?.(body[2] ?? 0)
    this.#acknowledged.delete(id)
  }

  #publish(first: number, body: Buffer): void {
    const qos = (first >> 1) & 3
    const topicEnd = 2 + body.readUInt16BE(0)
    let at = topicEnd
    if (qos > 0) {
      this.#stream.write(Uint8Array.of(0x40, 2, body[at] ?? 0, body[at + 1] ?? 0))
      at += 2
    }
    if (this.level === 5) {
      const { value, next } = variableInteger(body, at)
      at = next + value
    }
    const publish: Publish = {
      ...{ topic: body.toString('utf8', 2, topicEnd), payload: body.subarray(at) },
      ...{ qos, dup: (first & 8) > 0 },
    }
    const wake = this.#waiting.shift()
    if (this.#handler) this.#handler(publish)
    else if (wake) wake(publish)
    else this.#inbox.push(publish)
  }
}

/** One CONNECT over a new connection. */
export async function connectWire(open: Opening, fields: WireConnect): Promise<WireOutcome> {
  const stream = await open()
  stream.on('error', () => undefined) // A reset ends the connection; `close` tells.
  stream.write(connectBytes(fields))
  const connack = await firstPacket(stream, fields.patienceMillis)
  const code = connack?.body[1]
  if (!connack || code !== 0) {
    stream.destroy()
    return { code }
  }
  return {
    code,
    wire: new Wire(stream, fields.level, connack.body.toString('hex', 3), connack.rest),
  }
}

function connectBytes({ level, clientId, username, password, keepAliveSeconds }: WireConnect): Buffer {
  const flags = 0x82 | (password === undefined ? 0 : 0x40) // User name and clean session.
  return packet(
    0x10,
    text(level === 3 ? 'MQIsdp' : 'MQTT'),
    Uint8Array.of(level, flags, keepAliveSeconds >> 8, keepAliveSeconds & 255),
    // Device protocol §1.4: the C SDK asks for no Session Expiry.
    ...(level === 5 ? [Uint8Array.of(0)] : []),
    text(clientId),
    text(username),
    ...(password === undefined ? [] : [text(password)]),
  )
}

/** Undefined: it ended, or `millis` were over, before a packet was whole. */
function firstPacket(
  stream: Duplex,
  millis: number,
): Promise<{ readonly body: Buffer; readonly rest: Buffer } | undefined> {
  return new Promise((resolve) => {
    let bytes = Buffer.alloc(0)
    const settle = (answer: { body: Buffer; rest: Buffer } | undefined) => {
      clearTimeout(timer)
      stream.off('data', read)
      stream.off('close', ended)
      if (answer) stream.pause()
      resolve(answer)
    }
    const ended = () => settle(undefined)
    const timer = setTimeout(ended, millis)
    const read = (chunk: Buffer) => {
      bytes = Buffer.concat([bytes, chunk])
      const whole = splitPacket(bytes)
      if (whole) settle(whole)
    }
    stream.on('data', read)
    stream.once('close', ended)
  })
}

function readPackets(stream: Duplex, rest: Buffer, take: (first: number, body: Buffer) => void): void {
  let bytes = rest
  const read = () => {
    for (let whole = splitPacket(bytes); whole; whole = splitPacket(bytes)) {
      bytes = whole.rest
      take(whole.first, whole.body)
    }
  }
  stream.on('data', (chunk: Buffer) => {
    bytes = Buffer.concat([bytes, chunk])
    read()
  })
  stream.resume()
  read()
}

function splitPacket(
  bytes: Buffer,
): { readonly first: number; readonly body: Buffer; readonly rest: Buffer } | undefined {
  const length = bytes.length < 2 ? undefined : variableInteger(bytes, 1)
  if (!length || length.next === -1 || bytes.length < length.next + length.value) return undefined
  const end = length.next + length.value
  return { first: bytes[0] ?? 0, body: bytes.subarray(length.next, end), rest: bytes.subarray(end) }
}

/** MQTT 5.0 §1.5.5; `next` is -1 while its last byte has not come. */
function variableInteger(bytes: Buffer, at: number): { readonly value: number; readonly next: number } {
  let value = 0
  for (let i = 0; i < 4; i++) {
    const byte = bytes[at + i]
    if (byte === undefined) return { value: 0, next: -1 }
    value += (byte & 127) * 128 ** i
    if (byte < 128) return { value, next: at + i + 1 }
  }
  throw new Error('a length of more than four bytes')
}
