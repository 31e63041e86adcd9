import { setTimeout as wait } from 'node:timers/promises'
import Type from 'typebox'
import { type DeviceId, parseBridgeId, parseDeviceId, type ProjectId } from '../../base/ids.ts'
import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import type { Language } from '../../base/refusal-sentence.ts'
import { bridgeSession } from '../../domain/bridge/bridge.ts'
import type { EntryQuery } from '../../domain/entry/entry-query.ts'
import { ProjectParams } from '../fields/fields.ts'
import { eventStream, operation, type OperationDeps, type ServerEvent } from '../operation.ts'
import { statisticsNow } from '../statistics/statistics-now.ts'
import { entryBody } from './entry-body.ts'
import { kindNames, listed, parseKinds } from './kinds.ts'
import { merge } from './merge.ts'

/** Asked for by name: it tells how things are, not what happened, so it has no place in the log. */
const STATISTICS = 'statistics'

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
      Type.String({
        maxLength: 16_384,
        description: 'Device ids, separated by commas; absent: all, unless bridges are given.',
      }),
    ),
    bridges: Type.Optional(
      Type.String({
        maxLength: 16_384,
        description: 'Bridge ids, separated by commas: what these bridges themselves did.',
      }),
    ),
    kinds: Type.Optional(
      Type.String({
        maxLength: 256,
        description: `Kinds of entries, separated by commas: ${kindNames}; absent: all. Beside them ${STATISTICS}: every two seconds what GET …/statistics has as now, without an id.`,
      }),
    ),
  }),
  run(deps, { query, caller, language, lastEventId }) {
    const deviceIds = parseFollowed(query.devices, query.bridges)
    const names = listed(query.kinds)
    const kinds = parseKinds(names?.filter((name) => name !== STATISTICS))
    const after = parsePosition(lastEventId)
    const followed: EntryQuery = {
      projectId: caller.projectId,
      limit: READ_ENTRIES,
      ...(after !== undefined && { after }),
      ...(deviceIds && { deviceIds }),
      ...(kinds && { kinds }),
    }
    return Promise.resolve(
      eventStream((signal) => {
        const entries = entryEvents(deps, followed, language, signal)
        if (!names?.includes(STATISTICS)) return entries
        const statistics = statisticsEvents(deps, caller.projectId, signal)
        return kinds?.length === 0 ? statistics : merge(entries, statistics)
      }),
    )
  },
})

async function* entryEvents(
  { followEntries }: Pick<OperationDeps, 'followEntries'>,
  query: EntryQuery,
  language: Language,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  for await (const entry of followEntries(query, signal))
    yield { id: String(entry.position), event: entry.kind, data: entryBody(entry, language) }
}

async function* statisticsEvents(
  deps: Pick<OperationDeps, 'store' | 'clock' | 'limits' | 'readTotals'>,
  projectId: ProjectId,
  signal: AbortSignal,
): AsyncGenerator<ServerEvent> {
  while (!signal.aborted) {
    const body = await statisticsNow(deps, projectId)
    yield {
      event: STATISTICS,
      data: { at: body.at, project_id: projectId, kind: STATISTICS, body: { ...body } },
    }
    await wait(deps.limits.statisticsStreamMillis, undefined, { signal }).catch(() => undefined)
  }
}

/** Undefined: nobody is named, so all are meant. */
function parseFollowed(devices?: string, bridges?: string): readonly DeviceId[] | undefined {
  if (devices === undefined && bridges === undefined) return undefined
  const bridgeOf = (text: string) => {
    const id = parseBridgeId(text)
    return id && bridgeSession(id)
  }
  return [...parseIds('devices', devices, parseDeviceId), ...parseIds('bridges', bridges, bridgeOf)]
}

const tooMany = {
  devices: (max: number) => `must name at most ${max} devices`,
  bridges: (max: number) => `must name at most ${max} bridges`,
}
const noIds = {
  devices: 'must hold device ids, separated by commas',
  bridges: 'must hold bridge ids, separated by commas',
}

function parseIds(
  field: 'devices' | 'bridges',
  text: string | undefined,
  parse: (text: string) => DeviceId | undefined,
): readonly DeviceId[] {
  const { eventStreamDevicesMax: max } = limits
  const ids = (listed(text) ?? []).map(parse)
  if (ids.length > max) throw new Refusal('invalid-input', { field, rule: tooMany[field](max) })
  const known = ids.filter((id) => id !== undefined)
  if (known.length !== ids.length) throw new Refusal('invalid-input', { field, rule: noIds[field] })
  return known
}

/** Opaque to readers; decimal digits to us (contracts §3). */
function parsePosition(lastEventId: string | undefined): string | undefined {
  if (lastEventId === undefined) return undefined
  if (!/^\d{1,15}$/.test(lastEventId))
    throw new Refusal('invalid-input', { field: 'Last-Event-ID', rule: 'must be the id of an earlier event' })
  return lastEventId
}
