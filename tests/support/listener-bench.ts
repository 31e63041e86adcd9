import { afterEach } from 'vitest'
import { limits, type Limits } from '../../src/base/limits.ts'
import { parseDeviceId, parseProductId, parseProjectId, parseSpaceId } from '../../src/base/ids.ts'
import { silentLogger } from '../../src/base/logger.ts'
import { answerOf } from '../../src/domain/verdict/answers.ts'
import type { ConnectionCode } from '../../src/domain/verdict/connection-codes.ts'
import type { Uplink } from '../../src/domain/uplink/uplink.ts'
import type {
  Authentication,
  ConnectionAttempt,
  ConnectionGrant,
  ConnectionVerdict,
} from '../../src/domain/verdict/verdict.ts'
import type { EndCause } from '../../src/listener/end-cause.ts'
import { type Listener, type ListenerOptions, startListener } from '../../src/listener/listener.ts'
import type { ConnectedInfo, DroppedPublish, ListenerDeps, QuotaExcess } from '../../src/listener/ports.ts'
import type { PublishAnswer, SessionError } from '../../src/session/session.ts'
import { type ConnectFields, connectPacket, openRawClient, type RawClient } from './raw-client.ts'

/** A listener with everything beyond it faked, on a free port, under clocks that only move when told: `step` is of the wall clock alone. */
export interface Bench {
  readonly listener: Listener
  readonly clock: { now(): number; advance(millis: number): void; step(millis: number): void }
  readonly attempts: readonly ConnectionAttempt[]
  readonly uplinks: readonly Uplink[]
  readonly refusals: readonly ConnectionVerdict[]
  readonly drops: readonly DroppedPublish[]
  readonly excesses: readonly QuotaExcess[]
  readonly connected: readonly ConnectedInfo[]
  readonly disconnected: readonly {
    readonly connection: string
    readonly cause: EndCause
    readonly error?: SessionError
  }[]
  /** Resolves when `isMet` holds: looked at after each thing that happens. */
  until(isMet: () => boolean): Promise<void>
  open(): Promise<RawClient>
  /** A client whose CONNECT was accepted, its CONNACK taken. */
  connect(fields?: ConnectFields): Promise<RawClient>
}

export interface BenchOptions extends Partial<
  Pick<
    ListenerDeps,
    | 'onConnected'
    | 'onDisconnected'
    | 'onRefused'
    | 'onDrop'
    | 'onBridgeNotice'
    | 'onPolicyRefusal'
    | 'decideTopic'
  >
> {
  /** Resolves when the uplink is durable; rejects when it was not kept. */
  accept?(uplink: Uplink): Promise<PublishAnswer>
  authenticate?(attempt: ConnectionAttempt): Promise<Authentication>
  readonly limits?: Partial<Limits>
  readonly listen?: Partial<ListenerOptions>
}

const open: (() => Promise<void> | void)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

export async function startBench(options: BenchOptions = {}): Promise<Bench> {
  let now = Date.UTC(2026, 10, 22, 7)
  let elapsed = 0
  const clock = {
    now: () => now,
    advance(millis: number) {
      now += millis
      elapsed += millis
    },
    step: (millis: number) => void (now += millis),
  }
  const attempts: ConnectionAttempt[] = []
  const uplinks: Uplink[] = []
  const refusals: ConnectionVerdict[] = []
  const drops: DroppedPublish[] = []
  const excesses: QuotaExcess[] = []
  const connected: ConnectedInfo[] = []
  const disconnected: { connection: string; cause: EndCause; error?: SessionError }[] = []
  let wake: (() => void)[] = []
  const happened = () => {
    const waiting = wake
    wake = []
    for (const resolve of waiting) resolve()
  }
  const listener = await startListener(
    {
      threadName: 'test',
      host: '127.0.0.1',
      mqttPort: 0,
      reusePort: false,
      sweepMillis: 5,
      ...options.listen,
    },
    {
      clock,
      elapsed: () => elapsed,
      limits: { ...limits, ...options.limits },
      logger: silentLogger,
      authenticate(attempt) {
        attempts.push(attempt)
        happened()
        return options.authenticate ? options.authenticate(attempt) : Promise.resolve(admit(attempt))
      },
      accept(uplink, sender, ticket, bytes) {
        uplinks.push(uplink)
        happened()
        const answered = options.accept ? options.accept(uplink) : Promise.resolve({ reasonCode: 0 })
        answered.then(
          (answer) => sender.accepted(ticket, bytes, answer),
          (fault: unknown) => sender.notAccepted(bytes, fault),
        )
      },
      async onConnected(grant, info) {
        connected.push(info)
        happened()
        await options.onConnected?.(grant, info)
      },
      async onDisconnected(grant, connection, cause, error) {
        disconnected.push({ connection, cause, ...(error && { error }) })
        happened()
        await options.onDisconnected?.(grant, connection, cause, error)
      },
      onRefused(verdict, presented) {
        refusals.push(verdict)
        happened()
        return options.onRefused?.(verdict, presented)
      },
      onQuota(excess) {
        excesses.push(excess)
        happened()
      },
      onBridgeNotice(notice) {
        options.onBridgeNotice?.(notice)
        happened()
      },
      decideTopic:
        options.decideTopic ??
        (() => ({ kind: 'allowed', policy: 'system_default_policy', statement: 1, boundTo: 'app' })),
      onPolicyRefusal: (refusal) => options.onPolicyRefusal?.(refusal),
      onDrop(drop) {
        drops.push(drop)
        happened()
        options.onDrop?.(drop)
      },
    },
  )
  open.push(() => listener.close())
  const { mqtt: port = 0 } = listener.ports
  const openClient = async () => {
    const client = await openRawClient(port)
    open.push(() => client.close())
    return client
  }
  return {
    listener,
    clock,
    attempts,
    uplinks,
    refusals,
    drops,
    excesses,
    connected,
    disconnected,
    async until(isMet) {
      while (!isMet()) await new Promise<void>((resolve) => wake.push(resolve))
    },
    open: openClient,
    async connect(fields) {
      const client = await openClient()
      client.send(connectPacket(fields))
      const answer = await client.take(fields?.level === 5 ? connack5.length / 2 : 4)
      if (!/^20..0000/.test(answer)) throw new Error(`CONNACK ${answer}`)
      return client
    },
  }
}

/** CONNACK of MQTT 5.0, accepted, as device protocol §1.4 lists its properties. */
export const connack5 =
  '2018 0000 15'.replaceAll(' ', '') +
  ['210064', '2401', '2500', '2700101000', '220020', '2801', '2900', '2a00'].join('')

export function verdictOf(attempt: ConnectionAttempt, code: ConnectionCode): ConnectionVerdict {
  return {
    kind: 'connection',
    outcome: code === 'connection-accepted' ? 'accepted' : 'refused',
    code,
    params: {},
    steps: [],
    answer: answerOf(code),
    subject: { address: attempt.address, listener: attempt.listener },
    at: attempt.at,
    durationMicros: 0,
  }
}

export function admit(attempt: ConnectionAttempt, grant: Partial<ConnectionGrant> = {}): Authentication {
  const deviceId = parseDeviceId(attempt.connect.username ?? '')
  const projectId = parseProjectId('0'.repeat(32))
  const spaceId = parseSpaceId('1'.repeat(32))
  const productId = parseProductId('meter')
  if (!deviceId || !projectId || !spaceId || !productId)
    throw new Error('the fake admits devices with a user name')
  return {
    verdict: verdictOf(attempt, 'connection-accepted'),
    grant: {
      ...{ deviceId, projectId, spaceId, productKey: 'product', productId },
      clientId: attempt.connect.clientId,
      ...grant,
    },
  }
}

export const refuse =
  (code: ConnectionCode) =>
  (attempt: ConnectionAttempt): Promise<Authentication> =>
    Promise.resolve({ verdict: verdictOf(attempt, code) })

/** A promise that the test settles. */
export function deferred<T>(): {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (fault: Error) => void
} {
  return Promise.withResolvers<T>()
}

export const stored: PublishAnswer = { reasonCode: 0 }
