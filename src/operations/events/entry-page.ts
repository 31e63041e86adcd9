import Type, { type Static } from 'typebox'
import { limits } from '../../base/limits.ts'
import type { Language } from '../../base/refusal-sentence.ts'
import type { DeviceEntryPage, DeviceEntryQuery } from '../../domain/entry/entry-query.ts'
import { milliTime } from '../fields/fields.ts'
import { rendered } from '../fields/json-body.ts'
import { deviceEntriesQuery, OwnPageBody, ownPageBody } from '../fields/own-paging.ts'
import { parsePosition } from '../fields/position.ts'
import { entryBody } from './entry-body.ts'
import { kindNames, listed, parseKinds } from './kinds.ts'

const EntryBody = rendered(
  Type.Object(
    {
      position: Type.String({ description: 'Its place in the log: unique, growing.' }),
      at: milliTime(),
      project_id: Type.String(),
      kind: Type.String(),
      device_id: Type.Optional(Type.String()),
      bridge_id: Type.Optional(
        Type.String({ description: 'Of what a bridge itself did, instead of a device.' }),
      ),
      body: Type.Record(Type.String(), Type.Unknown(), {
        description: 'By kind; as the event stream sends it.',
      }),
    },
    { title: 'LogEntry' },
  ),
)

export const EntriesQuery = Type.Object({
  kinds: Type.Optional(
    Type.String({
      maxLength: 256,
      description: `Kinds of entries, separated by commas: ${kindNames}; absent: all.`,
    }),
  ),
  ...deviceEntriesQuery,
})

export const EntriesReply = Type.Object({ entries: Type.Array(EntryBody), page: OwnPageBody })

/** What is asked for, of a device or of a session of a bridge. */
export function entriesAsked(
  deviceId: DeviceEntryQuery['deviceId'],
  query: Static<typeof EntriesQuery>,
): DeviceEntryQuery {
  const kinds = parseKinds(listed(query.kinds))
  const before = parsePosition(query.marker)
  return {
    deviceId,
    limit: query.limit ?? limits.deviceEntriesDefault,
    ...(kinds && { kinds }),
    ...(before !== undefined && { before }),
  }
}

export const entriesReply = (
  { entries, before }: DeviceEntryPage,
  language: Language,
): Static<typeof EntriesReply> => ({
  entries: entries.map((entry) => entryBody(entry, language)),
  page: ownPageBody(before === undefined ? undefined : String(before)),
})
