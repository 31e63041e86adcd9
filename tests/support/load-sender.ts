import type { Quayside } from './quayside.ts'
import { connectPacket, openRawClient, publishPacket, type RawClient } from './raw-client.ts'
import { loadReport, type RegisteredDevice } from './registered-device.ts'

const TICK_MILLIS = 25
/** As many as a careful device has under way; the platform takes five times that. */
const INFLIGHT_MAX = 20

/**
 * A device that reports number after number at a steady rate, QoS 1, each at a time of its own, and sends what was not
 * acknowledged again, with DUP and in its order, when it connects the next time. Made by hand over a socket: a client
 * library would decide for itself what it sends again.
 */
export class LoadSender {
  readonly device: RegisteredDevice
  /** Numbers of reports whose PUBACK came. */
  readonly acknowledged = new Set<number>()
  /** Reports were sent up to this number. */
  sent = 0
  /** How many were sent again. */
  resent = 0
  readonly #perSecond: number
  /** By packet id, in the order of sending. */
  readonly #unacknowledged = new Map<number, number>()
  #isPaused = false
  #wake: () => void = () => undefined

  constructor(device: RegisteredDevice, perSecond: number) {
    this.device = device
    this.#perSecond = perSecond
  }

  get unacknowledged(): number {
    return this.#unacknowledged.size
  }

  /** Connects, sends again, reports; resolves when the connection has ended, by the platform or by `finish`. */
  async run({ ports }: Quayside): Promise<void> {
    const client = await openRawClient(ports.mqtt)
    const { clientId = '', username = '', password } = this.device.credentials()
    client.send(connectPacket({ clientId, deviceId: username, password: String(password) }))
    if ((await client.take(4)) !== '20020000') throw new Error('the device was not let in')
    for (const [id, n] of this.#unacknowledged) {
      this.resent++
      this.#send(client, id, n, true)
    }
    const began = performance.now()
    const before = this.sent
    const timer = setInterval(() => {
      const due = before + Math.floor(((performance.now() - began) / 1000) * this.#perSecond)
      while (!this.#isPaused && this.sent < due && this.#unacknowledged.size < INFLIGHT_MAX) {
        const n = ++this.sent
        const id = (n % 65_535) + 1
        this.#unacknowledged.set(id, n)
        this.#send(client, id, n, false)
      }
    }, TICK_MILLIS)
    try {
      for (;;) this.#take(await client.take(4))
    } catch {
      // `take` says no more than that the connection ended: that is what is waited for here.
    } finally {
      clearInterval(timer)
      client.close()
    }
  }

  /** Sends nothing new any more; resolves when all is acknowledged. */
  async finish(): Promise<void> {
    this.#isPaused = true
    while (this.#unacknowledged.size > 0) await new Promise<void>((resolve) => (this.#wake = resolve))
  }

  #send(client: RawClient, id: number, n: number, dup: boolean): void {
    client.send(publishPacket({ topic: this.device.reportTopic, payload: loadReport(n), id, dup }))
  }

  #take(puback: string): void {
    const id = Number.parseInt(puback.slice(4), 16)
    const n = this.#unacknowledged.get(id)
    if (!puback.startsWith('4002') || n === undefined) throw new Error(`no PUBACK was expected: ${puback}`)
    this.#unacknowledged.delete(id)
    this.acknowledged.add(n)
    this.#wake()
  }
}
