import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { DAY, parseWireTime } from '../../lib/time.ts'

export type Retention = Reply<'GET /quayside/v1/{project_id}/retention'>
export type RetentionChange = Partial<Omit<Retention, 'usage'>>

export const retentionKey = (projectId: string) => ['retention', projectId]

export const retentionQuery = (projectId: string) =>
  queryOptions({
    queryKey: retentionKey(projectId),
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/retention', { params: { project_id: projectId }, signal }),
  })

export const updateRetention = (projectId: string, body: RetentionChange) =>
  call('PUT /quayside/v1/{project_id}/retention', { params: { project_id: projectId }, body })

/** What the platform takes (GB as disks are sold, rounded up to what an input of two decimals can say). */
export const bounds = { daysMax: 3660, historyGigabytesMin: 0.07, logGigabytesMin: 0.27 } as const

/** As the form has it; null: the field is empty. */
export interface RetentionForm {
  readonly historyDays: number | null
  readonly historyGigabytes: number | null
  readonly logDays: number | null
  readonly logGigabytes: number | null
}

const GIGABYTE = 1e9
const toGigabytes = (bytes: number | null): number | null =>
  bytes === null ? null : Math.round((bytes / GIGABYTE) * 100) / 100
const toBytes = (gigabytes: number | null): number | null =>
  gigabytes === null ? null : Math.round(gigabytes * GIGABYTE)

export const formOf = (retention: Retention): RetentionForm => ({
  historyDays: retention.history_days,
  historyGigabytes: toGigabytes(retention.history_bytes_max),
  logDays: retention.log_days,
  logGigabytes: toGigabytes(retention.log_bytes_max),
})

/** What is to be saved: only what was changed, since a number of bytes that was set elsewhere is shown rounded. */
export function changeOf(retention: Retention, form: RetentionForm): RetentionChange {
  const before = formOf(retention)
  return {
    ...(form.historyDays !== null &&
      form.historyDays !== before.historyDays && { history_days: form.historyDays }),
    ...(form.historyGigabytes !== before.historyGigabytes && {
      history_bytes_max: toBytes(form.historyGigabytes),
    }),
    ...(form.logDays !== null && form.logDays !== before.logDays && { log_days: form.logDays }),
    ...(form.logGigabytes !== before.logGigabytes && { log_bytes_max: toBytes(form.logGigabytes) }),
  }
}

/** What a change will delete; empty: nothing. */
export interface Loss {
  /** History of before this instant, the beginning of a month in UTC. */
  readonly historyBefore?: number
  /** The oldest months of history, until it takes so many bytes. */
  readonly historyDownTo?: number
  /** The log of before this instant. */
  readonly logBefore?: number
  readonly logDownTo?: number
}

/** Of what is not changed nothing is told: it goes as it has gone all along. */
export function lossOf(retention: Retention, change: RetentionChange, now: number): Loss {
  const { usage } = retention
  const reachesBehind = (oldest: string | null, instant: number): boolean =>
    oldest !== null && (parseWireTime(oldest) ?? instant) < instant
  const cut = new Date(now - (change.history_days ?? Infinity) * DAY)
  const historyBefore = Date.UTC(cut.getUTCFullYear(), cut.getUTCMonth(), 1)
  const logBefore = now - (change.log_days ?? Infinity) * DAY
  const historyDownTo = change.history_bytes_max ?? Infinity
  const logDownTo = change.log_bytes_max ?? Infinity
  return {
    ...(reachesBehind(usage.history.oldest_at, historyBefore) && { historyBefore }),
    ...(usage.history.bytes > historyDownTo && { historyDownTo }),
    ...(reachesBehind(usage.log.oldest_at, logBefore) && { logBefore }),
    ...(usage.log.bytes > logDownTo && { logDownTo }),
  }
}
