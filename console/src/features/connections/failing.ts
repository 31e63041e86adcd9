import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'
import type { ConnectionVerdict } from '../../api/types.ts'
import { subjectText } from './connections.ts'

/** Verdicts that are looked through, and devices that are shown. */
const LOOKED_MAX = 100
const SHOWN_MAX = 5
const DAY_MILLIS = 24 * 3_600_000

export const failingKey = (projectId: string) => ['connections', projectId, 'failing'] as const

/** The newest connections that were refused in the last day; `language` is that of their sentences. */
export const failingQuery = (projectId: string, language: string) =>
  queryOptions({
    queryKey: [...failingKey(projectId), language],
    queryFn: async ({ signal }) =>
      (
        await call('GET /quayside/v1/{project_id}/connections', {
          params: { project_id: projectId },
          query: { outcome: 'refused', since: String(Date.now() - DAY_MILLIS), limit: LOOKED_MAX },
          signal,
        })
      ).connections,
  })

export interface FailingDevice {
  readonly deviceId: string
  readonly times: number
  readonly last: ConnectionVerdict
}

/** By device, the one refused last first; `verdicts` come newest first. What named no device is left out. */
export function failingDevices(verdicts: readonly ConnectionVerdict[]): readonly FailingDevice[] {
  const found = new Map<string, FailingDevice>()
  for (const verdict of verdicts) {
    const deviceId = verdict.code === 'device-unknown' ? undefined : subjectText(verdict, 'device_id')
    if (deviceId === undefined) continue
    const known = found.get(deviceId)
    found.set(deviceId, { deviceId, times: (known?.times ?? 0) + 1, last: known?.last ?? verdict })
  }
  return [...found.values()].slice(0, SHOWN_MAX)
}
