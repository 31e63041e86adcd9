import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { call } from '../../api/client.ts'
import type { ConnectionVerdict } from '../../api/types.ts'
import { subjectText } from './connections.ts'

/** Spans that a list of failed connections reaches back; all of it where none is chosen. */
export const spans = { '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const
export type Span = keyof typeof spans
export const isSpan = (text: string | undefined): text is Span =>
  text !== undefined && Object.hasOwn(spans, text)

/** What the list is narrowed to. */
export interface FailedFilter {
  readonly find: string
  readonly code: string | undefined
  readonly since: Span | undefined
}

const PAGE_SIZE = 50

/** `language` is part of the key: sentences come in it. */
export const failedConnectionsQuery = (projectId: string, language: string, filter: FailedFilter) =>
  infiniteQueryOptions({
    queryKey: ['connections', projectId, 'failed', language, filter],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: marker, signal }) =>
      call('GET /quayside/v1/{project_id}/connections', {
        params: { project_id: projectId },
        query: {
          outcome: 'refused',
          limit: PAGE_SIZE,
          ...(filter.find !== '' && { search: filter.find }),
          ...(filter.code !== undefined && { code: filter.code }),
          ...(filter.since !== undefined && {
            since: new Date(Date.now() - spans[filter.since]).toISOString(),
          }),
          ...(marker !== undefined && { marker }),
        },
        signal,
      }),
    getNextPageParam: ({ page }) => page.marker,
  })

/** Every code of a connection that says no, in the order of the catalogue. It changes with the version alone. */
export const refusalCodesQuery = queryOptions({
  queryKey: ['verdicts', 'refusals'],
  queryFn: async ({ signal }) =>
    (await call('GET /quayside/v1/verdicts', { signal })).verdicts
      .filter(({ code, kind }) => kind === 'connection' && !letIn.has(code))
      .map(({ code }) => code),
  staleTime: Number.POSITIVE_INFINITY,
})

const letIn: ReadonlySet<string> = new Set([
  'connection-accepted',
  'bridge-accepted',
  'fingerprint-pinned',
  'certificate-same-subject',
  'connection-judged-in-part',
])

/** The same client refused for the same reason, again and again: one line, told by the newest. */
export interface Repeated {
  readonly verdict: ConnectionVerdict
  readonly count: number
  /** When the oldest of them came. */
  readonly since: string
}

/** Groups by who and why; `verdicts` are newest first, and so are the groups. */
export function grouped(verdicts: readonly ConnectionVerdict[]): readonly Repeated[] {
  const groups = new Map<string, Repeated>()
  for (const verdict of verdicts) {
    const key = `${whoOf(verdict)}\n${verdict.code}`
    const { verdict: newest = verdict, count = 0 } = groups.get(key) ?? {}
    groups.set(key, { verdict: newest, count: count + 1, since: verdict.at })
  }
  return [...groups.values()]
}

/** The client, by the best name there is for it; an address without its port, which changes each time. */
function whoOf(verdict: ConnectionVerdict): string {
  return (
    subjectText(verdict, 'client_id') ??
    subjectText(verdict, 'device_id') ??
    subjectText(verdict, 'bridge_id') ??
    subjectText(verdict, 'address')?.replace(/:\d+$/, '') ??
    ''
  )
}
