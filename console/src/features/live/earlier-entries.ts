import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'
import { tailEntry, type TailEntry, tailKinds } from './tail-entries.ts'

/** How many lines of what a device sent before are shown at first. */
const EARLIER_MAX = 100

/** What a device sent lately, newest first. `language` is part of the key: sentences come in it. */
export const earlierEntriesQuery = (projectId: string, deviceId: string, language: string) =>
  queryOptions({
    queryKey: ['entries', projectId, deviceId, language],
    async queryFn({ signal }): Promise<readonly TailEntry[]> {
      const { entries } = await call('GET /quayside/v1/{project_id}/devices/{device_id}/entries', {
        params: { project_id: projectId, device_id: deviceId },
        query: { kinds: tailKinds.join(','), limit: EARLIER_MAX },
        signal,
      })
      return entries.map(tailEntry).filter((entry) => entry !== undefined)
    },
  })
