/*
 * The few MQTT 3.1.1 packets that the load generator sends, made by hand: it must cost less than what it measures, and
 * share no code with the server's codec.
 */

export interface ConnectFields {
  readonly clientId: string
  readonly username: string
  readonly password?: string
  readonly keepAliveSeconds: number
}

/** CONNECT with a clean session (MQTT 3.1.1 §3.1). */
export function connectPacket({ clientId, username, password, keepAliveSeconds }: ConnectFields): Buffer {
  const cleanSession = 0x02
  const flags = cleanSession | 0x80 | (password === undefined ? 0 : 0x40)
  const header = [...lengthPrefixed('MQTT'), 4, flags, keepAliveSeconds >> 8, keepAliveSeconds & 0xff]
  const fields = [clientId, username, ...(password === undefined ? [] : [password])].map(lengthPrefixed)
  return packet(0x10, Buffer.concat([Buffer.from(header), ...fields]))
}

export const disconnectPacket = Buffer.from([0xe0, 0])

/** PUBLISH packets of one topic, QoS 1, all of one length and back to back; a sender fills in the packet id. */
export interface PublishFrames {
  readonly bytes: Buffer
  readonly count: number
  readonly frameBytes: number
  /** Where the packet id stands in each. */
  readonly packetIdAt: number
}

/** `payloads` must be of one length. */
export function publishFrames(topic: string, payloads: readonly Buffer[]): PublishFrames {
  const head = lengthPrefixed(topic)
  const frames = payloads.map((payload) => packet(0x32, Buffer.concat([head, Buffer.alloc(2), payload])))
  const [first] = frames
  if (!first || frames.some(({ length }) => length !== first.length))
    throw new Error('publishFrames needs payloads of one length')
  const payloadBytes = payloads[0]?.length ?? 0
  return {
    bytes: Buffer.concat(frames),
    count: frames.length,
    frameBytes: first.length,
    packetIdAt: first.length - payloadBytes - 2,
  }
}

/** What the generator understands of an answer; of other packets it only knows the length. */
export interface AnswerHandler {
  /** CONNACK with its return code. */
  connack(code: number): void
  puback(packetId: number): void
}

/**
 * Reads the whole packets of `bytes` up to `end`; gives the offset of the first that is not whole.
 * Throws for a remaining length of more than four bytes (MQTT 3.1.1 §2.2.3).
 */
export function readAnswers(bytes: Uint8Array, end: number, handler: AnswerHandler): number {
  let at = 0
  while (at + 2 <= end) {
    let length = 0
    let next = at + 1
    let shift = 0
    let byte: number
    do {
      if (next >= end) return at
      if (shift > 21) throw new Error('the server sent a remaining length of more than four bytes')
      byte = bytes[next++] ?? 0
      length |= (byte & 0x7f) << shift
      shift += 7
    } while (byte & 0x80)
    if (next + length > end) return at
    const type = (bytes[at] ?? 0) >> 4
    if (type === 4) handler.puback(((bytes[next] ?? 0) << 8) | (bytes[next + 1] ?? 0))
    else if (type === 2) handler.connack(bytes[next + 1] ?? 0)
    at = next + length
  }
  return at
}

function packet(first: number, body: Buffer): Buffer {
  const length: number[] = []
  for (let left = body.length; ; left >>= 7) {
    if (left < 0x80) {
      length.push(left)
      break
    }
    length.push((left & 0x7f) | 0x80)
  }
  return Buffer.concat([Buffer.from([first, ...length]), body])
}

function lengthPrefixed(text: string): Buffer {
  const bytes = Buffer.from(text)
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes])
}
