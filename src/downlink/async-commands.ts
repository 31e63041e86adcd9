import type { DeviceId, RowKey } from '../base/ids.ts'
import { dueBits } from '../domain/device/due.ts'
import {
  type AsyncCommand,
  commandPayload,
  commandTopic,
  decideAfterCommandTry,
  isSuccess,
  queuedStatuses,
} from '../domain/downlink/command.ts'
import type { Delivery } from '../domain/downlink/downlink.ts'
import type { DownlinkEntry } from '../domain/entry/entry.ts'
import type { KeptUplink } from '../domain/uplink/kept-uplink.ts'
import {
  changeAsyncCommand,
  type CommandChange,
  countAsyncCommands,
  withdrawAsyncCommand,
  findAsyncCommand,
  findCarriedCommand,
  hasPendingCommands,
  insertAsyncCommand,
  nextPendingCommand,
  requeueAsyncCommand,
  trimEndedCommands,
} from '../store/async-commands.ts'
import { clearDue, markDue } from '../store/devices.ts'
import type { Store } from '../store/store.ts'
import { inTransaction } from '../store/transaction.ts'
import { readAnswer } from './ask.ts'
import type { DownlinkDeps } from './deps.ts'
import { Lanes } from './lanes.ts'
import { within } from './patience.ts'
import { payloadFields, trace } from './trace.ts'

/** What an application says of a command; the rest is ours. */
export type NewAsyncCommand = Pick<
  AsyncCommand,
  | 'projectId'
  | 'deviceKey'
  | 'deviceId'
  | 'carrierId'
  | 'serviceId'
  | 'name'
  | 'paras'
  | 'strategy'
  | 'expireSeconds'
>

/** Commands that nobody waits for: kept in the registry, sent in order, answered at any time (northbound §4.7). */
export interface AsyncCommands {
  /**
   * Keeps the command, durable, and sends it when the device is there; resolves with the command as it stands then.
   * 'full': as many wait for the device as may. 'offline': it was to be sent at once or not at all. Nothing was kept.
   */
  create(command: NewAsyncCommand): Promise<AsyncCommand | 'full' | 'offline'>
  /** Sends what waits for a device that has come online. */
  connected(carrierId: DeviceId): Promise<void>
  /** An answer of a device. False: no command waits for it. */
  answered(uplink: KeptUplink): Promise<boolean>
  /** Ends the commands that have waited too long: for their device, or for its answer. */
  expired(commands: readonly AsyncCommand[]): Promise<void>
}

/**
 * A command is marked SENT, on disk, before it is sent: after a crash it is never carried out twice. What was sent and
 * what was not is in its row; what was lost with a connection before its PUBACK goes out again, as QoS 1 allows.
 */
export function createAsyncCommands(deps: DownlinkDeps): AsyncCommands {
  const { store, clock, ids, limits, logger } = deps
  const lanes = new Lanes()
  const looking = new Set<DeviceId>()

  async function flush(carrierId: DeviceId, fresh?: RowKey): Promise<'offline' | 'done'> {
    let after: RowKey | undefined
    for (;;) {
      const command = await nextPendingCommand(store, carrierId, after)
      if (!command) return 'done'
      after = command.key
      // The job ends it.
      if (command.expiresAt <= clock.now()) continue
      // What was to be sent at once, and was not, was cut off by a crash.
      if (command.strategy === 'immediately' && command.key !== fresh) continue
      if ((await sendOne(command)) === 'offline') return 'offline'
    }
  }

  /** Undefined: it had ended, or the device takes longer than one is patient for. */
  async function sendOne(command: AsyncCommand): Promise<Delivery | undefined> {
    const sentAt = clock.now()
    const answerUntil = sentAt + limits.asyncAnswerMillisMax
    const marked = await inTransaction(store, async (tx) => {
      const changed = await changeAsyncCommand(tx, command.key, ['PENDING'], {
        status: 'SENT',
        sentAt,
        answerUntil,
      })
      await clearIfNoneWaits(tx, command.carrierId)
      return changed
    })
    if (!marked) return undefined
    const { carrierId, commandId } = command
    const trying = deps.downlinks
      .send({
        deviceId: carrierId,
        topic: commandTopic(command, commandId),
        payload: commandPayload(command, command),
        reach: 'implicit',
        isRetried: false,
      })
      .then(async (delivery) => {
        await settle(command, delivery)
        return delivery
      })
      .catch((fault: unknown) => {
        logger.error({ err: fault, deviceId: command.deviceId }, 'a command could not be sent')
        return undefined
      })
    return within<Delivery | undefined>(deps, limits.messageTryMillisMax, trying, undefined)
  }

  async function settle(command: AsyncCommand, delivery: Delivery): Promise<void> {
    const after = decideAfterCommandTry(delivery)
    switch (after.kind) {
      case 'sent':
        step(command, 'sent')
        return
      case 'delivered':
        if (await change(command, { status: 'DELIVERED', deliveredAt: clock.now() }))
          step(command, 'delivered')
        return
      case 'failed':
        if (await change(command, { status: 'FAILED', code: after.code, finishedAt: clock.now() }))
          step(command, 'failed', { code: after.code })
        return
      case 'requeue':
        await inTransaction(store, async (tx) => {
          if (await requeueAsyncCommand(tx, command.key))
            await markDue(tx, command.carrierId, dueBits.asyncCommands)
        })
        if (delivery !== 'offline') lookAgain(command.carrierId)
    }
  }

  const change = (command: AsyncCommand, to: CommandChange): Promise<boolean> =>
    changeAsyncCommand(store, command.key, ['SENT'], to)

  const step = (
    command: AsyncCommand,
    state: DownlinkEntry['state'],
    more: Partial<DownlinkEntry> = {},
  ): void => trace(deps, command, { type: 'command', id: command.commandId, state, ...more })

  /** Once more: it may have connected in the very moment, and then nobody tells of it; or it has room again. */
  function lookAgain(carrierId: DeviceId): void {
    if (looking.has(carrierId)) return
    looking.add(carrierId)
    deps.later(limits.messageAgainMillis, () => {
      looking.delete(carrierId)
      lanes
        .run(carrierId, () => flush(carrierId))
        .catch((fault: unknown) => logger.error({ err: fault }, 'commands could not be sent; they are kept'))
    })
  }

  return {
    async create(draft) {
      const createdAt = clock.now()
      const isNow = draft.strategy === 'immediately'
      const command: AsyncCommand = {
        ...draft,
        key: ids.rowKey(),
        commandId: ids.uuid(),
        status: 'PENDING',
        createdAt,
        expiresAt: createdAt + (isNow ? limits.uncachedMillisMax : draft.expireSeconds * 1000),
      }
      const { carrierId, key, deviceKey, commandId } = command
      const kept = await inTransaction(store, async (tx) => {
        const waiting = await countAsyncCommands(tx, deviceKey, { statuses: ['PENDING'] })
        if (waiting >= limits.asyncCommandsPendingMax) return false
        await insertAsyncCommand(tx, command)
        await trimEndedCommands(tx, deviceKey, limits.asyncCommandHistoryMax)
        await markDue(tx, carrierId, dueBits.asyncCommands)
        return true
      })
      if (!kept) return 'full'
      const topic = commandTopic(command, commandId)
      step(command, 'pending', { topic, ...payloadFields(commandPayload(command, command)) })
      const sending = lanes.run(carrierId, async () => {
        if ((await flush(carrierId, key)) === 'offline' && !isNow) lookAgain(carrierId)
      })
      await within(deps, limits.messageTryMillisMax, sending, undefined)
      const now = (await findAsyncCommand(store, deviceKey, commandId)) ?? command
      if (!isNow || now.status !== 'PENDING') return now
      const withdrawn = await inTransaction(store, async (tx) => {
        const isGone = await withdrawAsyncCommand(tx, key)
        await clearIfNoneWaits(tx, carrierId)
        return isGone
      })
      // Sent in this very moment.
      if (!withdrawn) return (await findAsyncCommand(store, deviceKey, commandId)) ?? now
      step(command, 'failed', { code: 'device-offline' })
      return 'offline'
    },

    async connected(carrierId) {
      await lanes.run(carrierId, () => flush(carrierId))
    },

    async answered({ deviceId, requestId = '', payload }) {
      const command = await findCarriedCommand(store, deviceId, requestId)
      if (!command) return false
      const result = readAnswer(payload, limits.jsonDepthMax)
      const now = clock.now()
      const status = isSuccess(result) ? 'SUCCESSFUL' : 'FAILED'
      const ended = await inTransaction(store, async (tx) => {
        const to = { status, result, respondedAt: now, finishedAt: now } as const
        const changed = await changeAsyncCommand(tx, command.key, queuedStatuses, to)
        if (changed) await clearIfNoneWaits(tx, command.carrierId)
        return changed
      })
      if (ended) step(command, 'answered', { detail: { answer: result } })
      return ended
    },

    async expired(commands) {
      for (const command of commands) {
        const isUnsent = command.status === 'PENDING'
        const to = isUnsent
          ? ({ status: 'EXPIRED', code: 'command-expired' } as const)
          : ({ status: 'TIMEOUT', code: 'answer-missing' } as const)
        const ended = await inTransaction(store, async (tx) => {
          const changed = await changeAsyncCommand(tx, command.key, [command.status], {
            ...to,
            finishedAt: clock.now(),
          })
          if (changed && isUnsent) await clearIfNoneWaits(tx, command.carrierId)
          return changed
        })
        if (ended) step(command, isUnsent ? 'expired' : 'timeout', { code: to.code })
      }
    },
  }
}

/** What the device record says of waiting commands is what is there, in the transaction that changes it. */
async function clearIfNoneWaits(tx: Store, carrierId: DeviceId): Promise<void> {
  if (!(await hasPendingCommands(tx, carrierId))) await clearDue(tx, carrierId, dueBits.asyncCommands)
}
