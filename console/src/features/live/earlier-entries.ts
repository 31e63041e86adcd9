import { queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'
import { tailEntry, type TailEntry, tailKinds } from './tail-entries.ts'

/** Whose entries: a device's, or what a bridge itself did. */
export type TailSource = { readonly deviceId: string } | { readonly bridgeId: string }

/** How many lines of what happened before are shown at first. */
const EARLIER_MAX = 100

/** What happened lately, newest first. `language` is part of the key: sentences come in it. */
export const earlierEntriesQuery = (projectId: string, source: TailSource | undefined, language: string) =>
  queryOptions({
    queryKey: ['entries', projectId, source, language],
    async queryFn({ signal }): Promise<readonly TailEntry[]> {
      if (!source) return []
      const query = { kinds: tailKinds.join(','), limit: EARLIER_MAX }
      const { entries } =
        'bridgeId' in source
          ? await call('GET /quayside/v1/{project_id}/bridges/{bridge_id}/entries', {
              params: { project_id: projectId, bridge_id: source.bridgeId },
              query,
              signal,
            })
          : await call('GET /quayside/v1/{project_id}/devices/{device_id}/entries', {
              params: { project_id: projectId, device_id: source.deviceId },
              query,
              signal,
            })
      return entries.map(tailEntry).filter((entry) => entry !== undefined)
    },
  })
