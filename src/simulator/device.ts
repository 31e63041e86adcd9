import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { Ack, Connack } from '../codec/mqtt/packets.ts'
import { expectedPassword } from '../domain/device/password.ts'
import { formatHour } from '../domain/device/signed-hour.ts'
import type { BadReport } from './bad-reports.ts'
import type { Chaos } from './chaos.ts'
import { type Connection, type Target, openConnection } from './connection.ts'
import { takeDownlink } from './downlinks.ts'
import type { FleetDevice } from './fleet.ts'
import type { Gate } from './gate.ts'
import type { Random } from './random.ts'
import { encodeReport, type Reporter } from './reports.ts'
import { countOne, type Statistics } from './statistics.ts'

/** What all devices of a run share. */
export interface Surroundings {
  readonly target: Target
  readonly statistics: Statistics
  readonly chaos: Chaos
  readonly badReports: readonly BadReport[]
  readonly gate: Gate
  readonly random: Random
}

/** A report that was sent and not acknowledged yet. */
interface Unacknowledged {
  readonly payload: Uint8Array
  /** When it was sent last, of a clock that never jumps: time without a connection is not the platform's. */
  sentAt: number
  readonly isBad: boolean
}

const keepAliveSeconds = 600
const SOON_MILLIS = 1000

/**
 * One virtual device: connects, reports when it is told to, and comes back after every loss with growing, random waits,
 * as a well-made device does. What was not acknowledged is sent again, marked as such, on the next connection. Owns
 * its connection; `close()` ends it.
 */
export class SimulatedDevice {
  readonly #identity: FleetDevice
  readonly #reporter: Reporter
  readonly #around: Surroundings
  readonly #topic: string
  readonly #unacknowledged = new Map<number, Unacknowledged>()
  #connection: Connection | undefined
  #session: Buffer | undefined
  #isConnected = false
  #wasConnected = false
  #wasTried = false
  #isQuiet = false
  #isClosing = false
  #failures = 0
  #lastPacketId = 0
  #lastSentAt = 0
  #retry: NodeJS.Timeout | undefined

  constructor(identity: FleetDevice, reporter: Reporter, around: Surroundings) {
    this.#identity = identity
    this.#reporter = reporter
    this.#around = around
    this.#topic = `$oc/devices/${identity.deviceId}/sys/properties/report`
  }

  get unacknowledged(): number {
    return this.#unacknowledged.size
  }

  /** Still has, or still waits for, a connection. */
  get isOpen(): boolean {
    return this.#connection !== undefined
  }

  /** Connects when it is its turn. */
  connect(): void {
    this.#around.gate.pass((leave) => {
      const isDone = this.#isQuiet && this.#unacknowledged.size === 0
      if (this.#isClosing || isDone) return leave()
      this.#open(leave)
    })
  }

  /** Sends one report, unless the device was never let in; what chaos adds to it happens here. */
  report(now: Instant): void {
    const { statistics, chaos, random, badReports } = this.#around
    if (!this.#wasConnected || this.#isQuiet) return
    if (this.#unacknowledged.size >= limits.simulatedInflightMax) {
      statistics.heldBack++
      return
    }
    const isBad = random() < chaos.bad
    const wrongClock = !isBad && random() < chaos.clock
    const good = this.#reporter.next(now, wrongClock)
    // In turn and not by chance: so that a short run shows every kind.
    const bad = isBad ? badReports[statistics.sentBad % badReports.length] : undefined
    const payload = bad ? bad.spoil(good) : encodeReport(good)
    statistics.reports++
    if (isBad) statistics.sentBad++
    if (wrongClock) statistics.sentWrongClock++
    const packetId = this.#nextPacketId()
    this.#unacknowledged.set(packetId, { payload, sentAt: performance.now(), isBad })
    if (!this.#isConnected) return
    this.#send(packetId, payload, false)
    this.#disturb(random())
  }

  /** Pings when it has been silent for long, and gives a connection up that acknowledges nothing. Called now and then. */
  look(elapsed: number): void {
    if (!this.#isConnected) return
    const [oldest] = this.#unacknowledged.values()
    if (oldest && elapsed - oldest.sentAt > limits.simulatorPubackMillisMax)
      return this.#connection?.cut(`no PUBACK within ${limits.simulatorPubackMillisMax / 1000} s`)
    if (elapsed - this.#lastSentAt > (keepAliveSeconds * 1000) / 2) {
      this.#lastSentAt = elapsed
      this.#connection?.ping()
    }
  }

  /** No more reports; it comes back only for what is not acknowledged yet. */
  quieten(): void {
    this.#isQuiet = true
  }

  /** No more attempts to connect; DISCONNECT, if there is a connection. */
  close(): void {
    this.#isClosing = true
    clearTimeout(this.#retry)
    this.#connection?.disconnect()
  }

  /** Ends at once what {@link close} could not end. */
  abandon(): void {
    this.close()
    this.#connection?.cut('ended by the device')
  }

  #open(leave: () => void): void {
    const { target } = this.#around
    const { deviceId, credential } = this.#identity
    const hour = formatHour(Date.now())
    const password = credential.kind === 'secret' ? expectedPassword(credential.secret, hour, 'SHA256') : ''
    const connection = openConnection(
      target,
      {
        clientId: `${deviceId}_0_0_${hour}`,
        username: deviceId,
        password: Buffer.from(password ?? ''),
        cleanStart: true,
        keepAliveSeconds,
      },
      credential.kind === 'x509' ? credential : undefined,
      this.#session,
      {
        onConnack: (connack) => {
          leave()
          this.#onConnack(connack)
        },
        onPuback: (puback) => this.#onPuback(puback),
        onPublish: (packet) => takeDownlink(connection, packet, this.#around.statistics),
        onSession: (session) => void (this.#session = session),
        onEnd: (reason) => {
          leave()
          this.#onEnd(reason)
        },
      },
    )
    this.#connection = connection
  }

  #onConnack({ code }: Connack): void {
    const { statistics } = this.#around
    this.#noteTry()
    if (code !== 0) {
      countOne(statistics.refusedConnects, code, -1)
      return this.#connection?.cut(REFUSED)
    }
    this.#failures = 0
    this.#isConnected = true
    statistics.connected++
    this.#lastSentAt = performance.now()
    for (const [packetId, report] of this.#unacknowledged) {
      report.sentAt = performance.now()
      this.#send(packetId, report.payload, true)
    }
    if (this.#wasConnected) statistics.reconnects++
    else {
      this.#wasConnected = true
      statistics.everConnected++
      // As devices do when they are switched on; so every one of them has values from the start.
      this.report(Date.now())
    }
  }

  #onPuback({ packetId, code, properties }: Ack): void {
    const { statistics } = this.#around
    const report = this.#unacknowledged.get(packetId)
    if (!report) return
    this.#unacknowledged.delete(packetId)
    statistics.acknowledged++
    const millis = performance.now() - report.sentAt
    statistics.latency.add(millis)
    statistics.lately.add(millis)
    const isRefused = code >= 0x80
    if (isRefused) statistics.refused++
    if (isRefused && !report.isBad) statistics.refusedUnexpectedly++
    const { reasonString, userProperties } = properties ?? {}
    if (!isRefused && reasonString === undefined) return
    const verdict =
      userProperties?.find(([name]) => name === 'verdict')?.[1] ?? `0x${code.toString(16).padStart(2, '0')}`
    const known = statistics.verdicts.get(verdict)
    if (known) known.count++
    else if (statistics.verdicts.size < 100)
      statistics.verdicts.set(verdict, { count: 1, sentence: reasonString ?? '' })
  }

  #onEnd(reason: string): void {
    const { statistics } = this.#around
    this.#noteTry()
    this.#connection = undefined
    if (this.#isConnected) statistics.connected--
    const isOurs = reason === DROPPED || reason === REFUSED || reason === 'ended by the device'
    if (!isOurs) countOne(statistics.losses, reason, 'others')
    const wasUp = this.#isConnected
    this.#isConnected = false
    if (this.#isClosing) return
    this.#failures = wasUp ? 0 : this.#failures + 1
    const most = Math.min(limits.simulatorBackoffMillisMax, SOON_MILLIS * 2 ** Math.min(this.#failures, 10))
    // Anywhere up to it: devices that were lost together must not come back together.
    this.#retry = setTimeout(() => this.connect(), this.#around.random() * most)
  }

  #noteTry(): void {
    if (this.#wasTried) return
    this.#wasTried = true
    this.#around.statistics.tried++
  }

  /** Chaos after a report: the cable is pulled before its PUBACK can come, or the device restarts in good order. */
  #disturb(chance: number): void {
    const { chaos, statistics } = this.#around
    if (chance < chaos.drops) {
      statistics.dropped++
      this.#connection?.cut(DROPPED)
    } else if (chance < chaos.drops + chaos.reconnect) {
      statistics.ended++
      this.#connection?.disconnect()
    }
  }

  #send(packetId: number, payload: Uint8Array, dup: boolean): void {
    this.#lastSentAt = performance.now()
    this.#connection?.publish(this.#topic, payload, { packetId, dup })
  }

  #nextPacketId(): number {
    do this.#lastPacketId = (this.#lastPacketId % 65_535) + 1
    while (this.#unacknowledged.has(this.#lastPacketId))
    return this.#lastPacketId
  }
}

const DROPPED = 'dropped on purpose'
const REFUSED = 'refused'
