import type { DeviceId, RowKey } from '../base/ids.ts'
import { dueBits } from '../domain/device/due.ts'
import {
  type AfterTry,
  decideAfterTry,
  decidePushedOut,
  type Message,
  messageDownlink,
  messagePayload,
  messageTopic,
} from '../domain/downlink/message.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import { clearDue, markDue } from '../store/devices.ts'
import {
  deleteMessages,
  endMessage,
  findMessage,
  hasPendingMessages,
  insertMessage,
  listMessages,
  nextPendingMessage,
  noteMessageCode,
} from '../store/messages.ts'
import type { Store } from '../store/store.ts'
import { inTransaction } from '../store/transaction.ts'
import type { DownlinkDeps } from './deps.ts'
import { Lanes } from './lanes.ts'
import { within } from './patience.ts'
import { payloadFields, trace } from './trace.ts'

/** What an application says of a message; the rest is ours. */
export type NewMessage = Omit<Message, 'key' | 'status' | 'code' | 'createdAt' | 'expiresAt' | 'finishedAt'>

/** Messages to devices: kept in the registry until they have ended, sent in order (device protocol §1.5, §3.2). */
export interface Messages {
  /**
   * Keeps the message, durable, and tries to send it. Resolves with the message as it stands then, at the latest after
   * `limits.messageTryMillisMax`. 'exists': the device has one of that id; nothing was done.
   */
  create(message: NewMessage): Promise<Message | 'exists'>
  /** Forgets a message; one that waits is not sent any more. */
  withdraw(message: Message): Promise<void>
  /** Sends what waits for a device that has come online, or has subscribed to something. */
  connected(carrierId: DeviceId): Promise<void>
  /** Ends the messages whose time in the cache is over. */
  expired(messages: readonly Message[]): Promise<void>
}

/** A message that was tried on the connection that stands; what is not among these is sent by the next occasion. */
interface Attempt {
  state: 'under-way' | 'waits'
  /** How often it may be tried again on this connection by itself. */
  triesLeft: number | 'none'
  /** The device has connected, or subscribed, since it was sent. */
  hasReconnected?: true
  cancel?: () => void
}

/**
 * One message after the other for each connection, the next when the one before it has arrived, or has taken too long:
 * so they arrive in order, and a device that acknowledges nothing still gets them all. A message is PENDING in the
 * registry until its end is known, so that a crash loses none; after one, a message may come again.
 */
export function createMessages(deps: DownlinkDeps): Messages {
  const { store, clock, ids, limits, logger } = deps
  const lanes = new Lanes()
  const attempts = new Map<DeviceId, Map<RowKey, Attempt>>()
  const looking = new Set<DeviceId>()

  function attemptsOf(carrierId: DeviceId): Map<RowKey, Attempt> {
    const known = attempts.get(carrierId) ?? new Map<RowKey, Attempt>()
    attempts.set(carrierId, known)
    return known
  }

  function forget(carrierId: DeviceId, key: RowKey): void {
    const known = attempts.get(carrierId)
    known?.get(key)?.cancel?.()
    known?.delete(key)
    if (known?.size === 0) attempts.delete(carrierId)
  }

  /** `fresh`: made a moment ago; it is tried once, and then waits for the next connect or subscribe. */
  async function flush(carrierId: DeviceId, fresh?: RowKey): Promise<'offline' | 'done'> {
    let after: RowKey | undefined
    for (;;) {
      // Read one by one: what is withdrawn while another is on its way is not sent.
      const message = await nextPendingMessage(store, carrierId, after)
      if (!message) return 'done'
      after = message.key
      // The job ends what has expired.
      if (attempts.get(carrierId)?.has(message.key) || message.expiresAt <= clock.now()) continue
      const triesLeft = message.key === fresh ? 'none' : limits.messageTriesMax - 1
      if ((await tryOnce(message, triesLeft)) === 'offline') return 'offline'
    }
  }

  /** Undefined: it takes longer than one is patient for; the end of the try is seen to all the same. */
  function tryOnce(message: Message, triesLeft: number | 'none'): Promise<Delivery | undefined> {
    const { carrierId, key } = message
    // What must not be cached, and was not sent when it was made, was cut off by a crash.
    if (message.ttlMinutes === 0 && triesLeft !== 'none')
      return end(message, { kind: 'failed', code: 'device-offline' }).then(() => undefined)
    const attempt: Attempt = { state: 'under-way', triesLeft }
    attemptsOf(carrierId).set(key, attempt)
    const trying = deps.downlinks
      .send(messageDownlink(message))
      .then(async (delivery) => {
        await settle(message, attempt, delivery)
        return delivery
      })
      .catch((fault: unknown) => {
        forget(carrierId, key)
        logger.error({ err: fault, deviceId: message.deviceId }, 'a message could not be sent; it is kept')
        return undefined
      })
    return within<Delivery | undefined>(deps, limits.messageTryMillisMax, trying, undefined)
  }

  async function settle(message: Message, attempt: Attempt, delivery: Delivery): Promise<void> {
    const { carrierId, key } = message
    const after = decideAfterTry(message, delivery, attempt.triesLeft)
    if (after.kind !== 'waits') {
      await end(message, after, delivery)
      return
    }
    if (after.code !== message.code && after.code !== 'device-offline') {
      await noteMessageCode(store, key, after.code)
      trace(deps, message, { type: 'message', id: message.messageId, state: 'pending', code: after.code })
    }
    if (after.until !== 'again' && attempt.hasReconnected) {
      forget(carrierId, key)
      goOn(carrierId, () => flush(carrierId))
      return
    }
    if (after.until === 'connect') {
      forget(carrierId, key)
      if (delivery === 'connection-lost') lookAgain(carrierId)
      return
    }
    attempt.state = 'waits'
    if (after.until === 'again')
      attempt.cancel = deps.later(limits.messageAgainMillis, () => again(message, attempt))
  }

  function again(message: Message, attempt: Attempt): void {
    const { carrierId, deviceKey, messageId } = message
    goOn(carrierId, async () => {
      if (attempts.get(carrierId)?.get(message.key) !== attempt) return
      forget(carrierId, message.key)
      const now = await findMessage(store, deviceKey, messageId)
      if (now?.key !== message.key || now.status !== 'PENDING') return
      await tryOnce(now, attempt.triesLeft === 'none' ? 'none' : Math.max(0, attempt.triesLeft - 1))
    })
  }

  /** Once more: it may have connected in the very moment, and then nobody tells of it. */
  function lookAgain(carrierId: DeviceId): void {
    if (looking.has(carrierId)) return
    looking.add(carrierId)
    deps.later(limits.messageAgainMillis, () => {
      looking.delete(carrierId)
      goOn(carrierId, () => flush(carrierId))
    })
  }

  /** When its turn has come, and nobody waits for it. */
  function goOn(carrierId: DeviceId, work: () => Promise<unknown>): void {
    lanes
      .run(carrierId, work)
      .catch((fault: unknown) => logger.error({ err: fault }, 'messages could not be sent; they are kept'))
  }

  async function end(message: Message, after: Exclude<AfterTry, { kind: 'waits' }>, delivery?: Delivery) {
    forget(message.carrierId, message.key)
    const { messageId: id } = message
    const status = after.kind === 'delivered' ? 'DELIVERED' : 'FAILED'
    const code = after.kind === 'failed' ? after.code : undefined
    if (!(await finish(message, { status, ...(code && { code }) }))) return
    trace(
      deps,
      message,
      code === undefined
        ? { type: 'message', id, state: 'delivered', detail: { qos: delivery === 'acknowledged' ? 1 : 0 } }
        : { type: 'message', id, state: 'failed', topic: messageTopic(message), code },
    )
  }

  /** False: it had ended, or was withdrawn, before. */
  function finish(
    message: Message,
    outcome: { readonly status: Message['status']; readonly code?: NonNullable<Message['code']> },
  ): Promise<boolean> {
    return inTransaction(store, async (tx) => {
      const ended = await endMessage(tx, message.key, { ...outcome, at: clock.now() })
      await clearIfNoneWaits(tx, message.carrierId)
      return ended
    })
  }

  return {
    async create(draft) {
      const createdAt = clock.now()
      const message: Message = {
        ...draft,
        key: ids.rowKey(),
        status: 'PENDING',
        createdAt,
        expiresAt: createdAt + Math.max(draft.ttlMinutes * 60_000, limits.uncachedMillisMax),
      }
      const { carrierId, key, messageId: id } = message
      const pushedOut = await inTransaction(store, async (tx) => {
        const kept = await listMessages(tx, message.deviceKey)
        if (kept.some(({ messageId }) => messageId === id)) return 'exists'
        const gone = decidePushedOut(kept, limits.messagesPerDeviceMax)
        await deleteMessages(
          tx,
          gone.map((one) => one.key),
        )
        await insertMessage(tx, message)
        await markDue(tx, carrierId, dueBits.messages)
        return gone
      })
      if (pushedOut === 'exists') return 'exists'
      for (const one of pushedOut) {
        forget(one.carrierId, one.key)
        if (one.status !== 'PENDING') continue
        trace(deps, one, { type: 'message', id: one.messageId, state: 'failed', code: 'message-pushed-out' })
      }
      const topic = messageTopic(message)
      const payload = payloadFields(messagePayload(message))
      trace(deps, message, { type: 'message', id, state: 'pending', topic, ...payload })
      const sending = lanes.run(carrierId, async () => {
        const isOffline = (await flush(carrierId, key)) === 'offline'
        if (!isOffline) return
        // One that waits before it may have been the one to find out.
        if (message.ttlMinutes === 0) await end(message, { kind: 'failed', code: 'device-offline' })
        else lookAgain(carrierId)
      })
      await within(deps, limits.messageTryMillisMax, sending, undefined)
      return (await findMessage(store, message.deviceKey, id)) ?? message
    },

    async withdraw(message) {
      forget(message.carrierId, message.key)
      await inTransaction(store, async (tx) => {
        await deleteMessages(tx, [message.key])
        await clearIfNoneWaits(tx, message.carrierId)
      })
      if (message.status !== 'PENDING') return
      trace(deps, message, {
        type: 'message',
        id: message.messageId,
        state: 'failed',
        code: 'message-withdrawn',
      })
    },

    async connected(carrierId) {
      rouse(carrierId)
      await lanes.run(carrierId, () => flush(carrierId))
    },

    async expired(messages) {
      for (const message of messages) {
        forget(message.carrierId, message.key)
        const code = message.code ?? 'device-offline'
        if (!(await finish(message, { status: 'TIMEOUT', code }))) continue
        trace(deps, message, { type: 'message', id: message.messageId, state: 'timeout', code })
      }
    },
  }

  /** Those that wait may be tried again from the start. */
  function rouse(carrierId: DeviceId): void {
    for (const [key, attempt] of attempts.get(carrierId) ?? [])
      if (attempt.state === 'waits') forget(carrierId, key)
      else attempt.hasReconnected = true
  }
}

/** What the device record says of waiting messages is what is there, in the transaction that changes it. */
async function clearIfNoneWaits(tx: Store, carrierId: DeviceId): Promise<void> {
  if (!(await hasPendingMessages(tx, carrierId))) await clearDue(tx, carrierId, dueBits.messages)
}
