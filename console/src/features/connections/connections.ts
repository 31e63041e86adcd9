import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'
import type { ConnectionVerdict } from '../../api/types.ts'

/** How many refused connections the overview shows. */
export const RECENT_MAX = 10

/** `language` is part of the key: sentences come in it. */
export const refusedConnectionsQuery = (projectId: string, language: string) =>
  queryOptions({
    queryKey: ['connections', projectId, 'refused', language],
    queryFn: async ({ signal }): Promise<readonly ConnectionVerdict[]> =>
      (
        await call('GET /quayside/v1/{project_id}/connections', {
          params: { project_id: projectId },
          query: { outcome: 'refused', limit: RECENT_MAX },
          signal,
        })
      ).connections,
  })

/** Puts verdicts that came live before those that are known. */
export function addRefused(
  client: QueryClient,
  projectId: string,
  language: string,
  came: readonly ConnectionVerdict[],
): void {
  client.setQueryData(
    refusedConnectionsQuery(projectId, language).queryKey,
    (known: readonly ConnectionVerdict[] | undefined) => known && newestFirst(known, came),
  )
}

/** Both lists as one, newest first, each verdict once, at most {@link RECENT_MAX}. `came` is in the order of the log. */
export function newestFirst(
  known: readonly ConnectionVerdict[],
  came: readonly ConnectionVerdict[],
): readonly ConnectionVerdict[] {
  const fresh = came.filter(({ outcome }) => outcome === 'refused').toReversed()
  const ids = new Set(fresh.map(({ id }) => id))
  return [...fresh, ...known.filter(({ id }) => !ids.has(id))].slice(0, RECENT_MAX)
}

/** Texts of the verdict's subject: it is an open object, since each kind of refusal knows other things. */
export function subjectText(verdict: ConnectionVerdict, name: string): string | undefined {
  const value = verdict.subject[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}
