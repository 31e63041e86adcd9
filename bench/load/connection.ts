import { createHmac } from 'node:crypto'
import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls, type SecureContext, type TLSSocket } from 'node:tls'
import {
  type AnswerHandler,
  connectPacket,
  disconnectPacket,
  type PublishFrames,
  readAnswers,
} from './packets.ts'
import type { FleetDevice } from './plan.ts'

/** What connections of one process share. */
export interface Shared {
  readonly port: number
  /** Every socket reads into it: what it brought is looked at before the next one reads. */
  readonly readBuffer: Buffer
  /** Absent: TCP without TLS. */
  readonly context?: (device: FleetDevice) => SecureContext
  /** The device's last TLS session, when sessions are resumed. */
  session(device: FleetDevice): Buffer | undefined
  keepSession(device: FleetDevice, session: Buffer): void
  fail(kind: string): void
  /** Acknowledgements of one read; `latency` was told of each. */
  acknowledged(connection: Connection, count: number): void
  latency(micros: number): void
  resumed(): void
}

/** Longest window of unacknowledged publishes whose times are kept. */
const WINDOW = 1024
const KEEP_ALIVE_SECONDS = 1200

/** One device's connection. */
export class Connection implements AnswerHandler {
  readonly device: FleetDevice
  readonly #shared: Shared
  #socket: Socket | undefined
  #settle: ((isUp: boolean) => void) | undefined
  #closed: (() => void) | undefined
  #startedAt = 0
  #rest: Buffer | undefined
  #leaving = false
  #acknowledged = 0
  #now = 0
  #frames: PublishFrames | undefined
  #frame = 0
  #packetId = 0
  readonly #sentAt = new Float64Array(WINDOW)
  /** Publishes without their acknowledgement. */
  unacknowledged = 0
  isUp = false

  constructor(device: FleetDevice, shared: Shared) {
    this.device = device
    this.#shared = shared
  }

  /** Connects as the device does; resolves with whether CONNACK accepted it. */
  open(): Promise<boolean> {
    const { device } = this
    const shared = this.#shared
    this.#startedAt = performance.now()
    return new Promise((resolve) => {
      this.#settle = resolve
      const onread = {
        buffer: shared.readBuffer,
        callback: (length: number, bytes: Uint8Array) => {
          this.#read(bytes, length)
          return true
        },
      }
      const base = { host: '127.0.0.1', port: shared.port, noDelay: true, onread }
      this.#socket = shared.context ? this.#openTls(base, shared.context(device)) : connectTcp(base)
      this.#socket.on('error', (fault: NodeJS.ErrnoException) => {
        if (!this.#leaving) shared.fail(fault.code ?? fault.message)
      })
      this.#socket.once('close', () => {
        if (this.isUp && !this.#leaving) shared.fail('connection lost')
        this.isUp = false
        this.#settled(false)
        this.#closed?.()
      })
      this.#socket.write(connectPacket({ ...credentials(device, shared.context !== undefined) }))
    })
  }

  #openTls(base: object, secureContext: SecureContext): TLSSocket {
    const shared = this.#shared
    const session = shared.session(this.device)
    const socket = connectTls({
      ...base,
      secureContext,
      servername: 'localhost',
      ...(session && { session }),
    })
    socket.once('secureConnect', () => {
      if (socket.isSessionReused()) shared.resumed()
    })
    socket.on('session', (fresh) => shared.keepSession(this.device, fresh))
    return socket
  }

  /** DISCONNECT; resolves when the socket is closed. */
  leave(): Promise<void> {
    this.#leaving = true
    return new Promise((resolve) => {
      if (!this.#socket || this.#socket.closed) return resolve()
      this.#closed = resolve
      this.#socket.end(disconnectPacket)
    })
  }

  destroy(): void {
    this.#leaving = true
    this.#socket?.destroy()
  }

  prepare(frames: PublishFrames, firstFrame: number): void {
    this.#frames = frames
    this.#frame = firstFrame % frames.count
  }

  /** Sends `count` reports in one write; their latency counts from `dueAt`. */
  publish(count: number, dueAt: number): void {
    const frames = this.#frames
    if (!frames || !this.#socket) throw new Error('publish before prepare and open')
    const { bytes, frameBytes, packetIdAt } = frames
    const packets = Buffer.allocUnsafe(count * frameBytes)
    for (let index = 0; index < count; index++) {
      const at = index * frameBytes
      bytes.copy(packets, at, this.#frame * frameBytes, (this.#frame + 1) * frameBytes)
      this.#frame = (this.#frame + 1) % frames.count
      this.#packetId = (this.#packetId % 65_535) + 1
      packets.writeUInt16BE(this.#packetId, at + packetIdAt)
      this.#sentAt[this.#packetId % WINDOW] = dueAt
    }
    this.unacknowledged += count
    this.#socket.write(packets)
  }

  #read(bytes: Uint8Array, length: number): void {
    let whole = bytes
    let end = length
    if (this.#rest) {
      whole = Buffer.concat([this.#rest, bytes.subarray(0, length)])
      end = whole.length
      this.#rest = undefined
    }
    this.#now = performance.now()
    this.#acknowledged = 0
    const at = readAnswers(whole, end, this)
    if (at < end) this.#rest = Buffer.from(whole.subarray(at, end))
    const count = this.#acknowledged
    if (count === 0) return
    this.unacknowledged -= count
    this.#shared.acknowledged(this, count)
  }

  puback(packetId: number): void {
    this.#acknowledged++
    this.#shared.latency((this.#now - (this.#sentAt[packetId % WINDOW] ?? 0)) * 1000)
  }

  connack(code: number): void {
    if (code === 0) this.isUp = true
    else this.#shared.fail(`CONNACK ${code}`)
    if (this.#frames === undefined) this.#shared.latency((this.#now - this.#startedAt) * 1000)
    this.#settled(code === 0)
  }

  #settled(isUp: boolean): void {
    this.#settle?.(isUp)
    this.#settle = undefined
  }
}

/** The client ID of device protocol §2.3; a device with a certificate sends no password. */
function credentials({ deviceId, secret }: FleetDevice, hasCertificate: boolean) {
  const hour = new Date().toISOString().replace(/\D/g, '').slice(0, 10)
  return {
    clientId: `${deviceId}_0_0_${hour}`,
    username: deviceId,
    ...(!hasCertificate && { password: createHmac('sha256', hour).update(secret).digest('hex') }),
    keepAliveSeconds: KEEP_ALIVE_SECONDS,
  }
}
