import Type from 'typebox'
import { type DeviceId, parseDeviceId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Entry, EntryKind } from '../../domain/entry/entry.ts'
import type { EntryQuery } from '../../domain/entry/entry-query.ts'
import { ProjectParams } from '../fields/fields.ts'
import { eventStream, operation, type ServerEvent } from '../operation.ts'
import { entryBody } from './entry-body.ts'

/** Every kind, once: the compiler holds the list to the log's. */
const kinds = {
  report: true,
  'message-up': true,
  'event-up': true,
  response: true,
  status: true,
  connection: true,
  config: true,
  audit: true,
} as const satisfies Record<EntryKind, true>

const isKind = (text: string): text is EntryKind => Object.hasOwn(kinds, text)

/** Entries of one read: a reader far behind catches up in steps, not in one gulp of memory. */
const READ_ENTRIES = 100

export const followEvents = operation({
  id: 'FollowEvents',
  method: 'GET',
  url: '/quayside/v1/:project_id/events',
  tag: 'events',
  summary: 'Follow what happens, as server-sent events; Last-Event-ID goes on where a stream broke off',
  status: 200,
  access: 'read',
  streams: true,
  params: ProjectParams,
  query: Type.Object({
    devices: Type.Optional(
      Type.String({ maxLength: 16_384, description: 'Device ids, separated by commas; absent: all.' }),
    ),
    kinds: Type.Optional(
      Type.String({
        maxLength: 256,
        description: `Kinds of entries, separated by commas: ${Object.keys(kinds).join(', ')}; absent: all.`,
      }),
    ),
  }),
  run({ followEntries }, { query, caller, language, lastEventId }) {
    const deviceIds = parseDevices(query.devices)
    const chosen = parseKinds(query.kinds)
    const after = parsePosition(lastEventId)
    const followed: EntryQuery = {
      projectId: caller.projectId,
      limit: READ_ENTRIES,
      ...(after !== undefined && { after }),
      ...(deviceIds && { deviceIds }),
      ...(chosen && { kinds: chosen }),
    }
    const eventOf = (entry: Entry): ServerEvent => ({
      id: String(entry.position),
      event: entry.kind,
      data: entryBody(entry, language),
    })
    return Promise.resolve(
      eventStream(async function* (signal) {
        for await (const entry of followEntries(followed, signal)) yield eventOf(entry)
      }),
    )
  },
})

const listed = (text: string | undefined): readonly string[] | undefined =>
  text
    ?.split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')

function parseDevices(text: string | undefined): readonly DeviceId[] | undefined {
  const { eventStreamDevicesMax: max } = limits
  const ids = listed(text)?.map(parseDeviceId)
  if (ids && ids.length > max)
    throw new Refusal('invalid-input', { field: 'devices', rule: `must name at most ${max} devices` })
  const known = ids?.filter((id) => id !== undefined)
  if (known?.length !== ids?.length)
    throw new Refusal('invalid-input', {
      field: 'devices',
      rule: 'must hold device ids, separated by commas',
    })
  return known
}

function parseKinds(text: string | undefined): readonly EntryKind[] | undefined {
  const names = listed(text)
  const known = names?.filter(isKind)
  if (known?.length !== names?.length)
    throw new Refusal('invalid-input', {
      field: 'kinds',
      rule: `must be some of ${Object.keys(kinds).join(', ')}`,
    })
  return known
}

/** Opaque to readers; decimal digits to us (contracts §3). */
function parsePosition(lastEventId: string | undefined): string | undefined {
  if (lastEventId === undefined) return undefined
  if (!/^\d{1,15}$/.test(lastEventId))
    throw new Refusal('invalid-input', { field: 'Last-Event-ID', rule: 'must be the id of an earlier event' })
  return lastEventId
}
