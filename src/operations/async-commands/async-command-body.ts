import Type, { type Static } from 'typebox'
import { formatBasic, type Instant } from '../../base/instant.ts'
import { type AsyncCommand, type CommandStatus, commandStatuses } from '../../domain/downlink/command.ts'
import type { CommandFilter } from '../../store/async-commands.ts'
import { anyObject, basicTime, basicTimeFilter, nameText } from '../fields/fields.ts'
import { timeRange } from '../fields/time-range.ts'

export const Strategy = Type.Enum(['immediately', 'delay'], {
  description: 'delay: kept until the device is there; immediately: sent now, or refused.',
})
const Status = Type.Enum([...commandStatuses])

const summaryFields = {
  device_id: Type.String(),
  command_id: Type.String(),
  service_id: Type.Optional(Type.String()),
  command_name: Type.Optional(Type.String()),
  expire_time: Type.Integer({ description: 'Seconds for which it waits for its device.' }),
  status: Status,
  created_time: basicTime(),
  sent_time: Type.Optional(basicTime()),
  delivered_time: Type.Optional(basicTime()),
  send_strategy: Strategy,
  response_time: Type.Optional(basicTime()),
}

export const AsyncCommandSummary = Type.Object(summaryFields)
export const AsyncCommandBody = Type.Object({
  ...summaryFields,
  paras: anyObject('Parameters of the command.'),
  result: Type.Optional(Type.Unknown({ description: 'What the device answered.' })),
})

export const asyncCommandSummary = (command: AsyncCommand): Static<typeof AsyncCommandSummary> => ({
  device_id: command.deviceId,
  command_id: command.commandId,
  ...(command.serviceId !== undefined && { service_id: command.serviceId }),
  ...(command.name !== undefined && { command_name: command.name }),
  expire_time: command.expireSeconds,
  status: command.status,
  created_time: formatBasic(command.createdAt),
  ...time('sent_time', command.sentAt),
  ...time('delivered_time', command.deliveredAt),
  send_strategy: command.strategy,
  ...time('response_time', command.respondedAt),
})

export const asyncCommandBody = (command: AsyncCommand): Static<typeof AsyncCommandBody> => ({
  ...asyncCommandSummary(command),
  paras: { ...command.paras },
  ...(command.result !== undefined && { result: command.result }),
})

const time = <N extends string>(name: N, at: Instant | undefined): { [K in N]?: string } =>
  at === undefined ? {} : ({ [name]: formatBasic(at) } as { [K in N]?: string })

/** Filters that lists and the count share. */
export const filterFields = {
  start_time: Type.Optional(basicTimeFilter('Made at or after, like 20151212T121212Z.')),
  end_time: Type.Optional(basicTimeFilter('Made before, like 20151212T121212Z.')),
  status: Type.Optional(Status),
  command_name: Type.Optional(nameText(128)),
}

/** `among`: the statuses that the list is about; one outside of them finds nothing. */
export function readFilter(
  query: { start_time?: string; end_time?: string; status?: CommandStatus; command_name?: string },
  among: readonly CommandStatus[],
): CommandFilter {
  const { status, command_name: name } = query
  return {
    statuses: status === undefined ? among : among.filter((one) => one === status),
    ...(name !== undefined && { name }),
    ...timeRange(query),
  }
}
