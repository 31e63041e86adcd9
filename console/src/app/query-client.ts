import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from '../api/api-error.ts'
import { sessionQuery } from '../features/session/session.ts'

/** Set by the router: what to do when the session turns out to have ended. */
let onSessionEnded: () => void = () => undefined
export const setOnSessionEnded = (tell: () => void): void => {
  onSessionEnded = tell
}

/**
 * A 401 may mean that the session has ended, or that one operation wants a password again: the session itself is
 * asked, and only its answer counts.
 */
export async function checkSession(fault: Error): Promise<void> {
  if (!(fault instanceof ApiError) || fault.status !== 401) return
  if (!queryClient.getQueryData(sessionQuery.queryKey)) return
  const session = await queryClient.query({ ...sessionQuery, staleTime: 0 }).catch(() => undefined)
  if (session === null) onSessionEnded()
}

/** Forgets all that was read and done in a session that is over, secrets that were revealed among it. */
export function forgetSession(): void {
  queryClient.getMutationCache().clear()
  queryClient.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== sessionQuery.queryKey[0] })
}

/** A refusal stays one however often it is asked; what may pass by itself is asked for twice more. */
const isPassing = (fault: Error): boolean =>
  !(fault instanceof ApiError) || fault.status === 0 || fault.status >= 500

export const queryClient = new QueryClient({
  queryCache: new QueryCache({ onError: (fault) => void checkSession(fault) }),
  mutationCache: new MutationCache({ onError: (fault) => void checkSession(fault) }),
  defaultOptions: {
    queries: {
      staleTime: 5_000,
      retry: (failures, fault) => failures < 2 && isPassing(fault),
      retryDelay: (attempt) => 500 * 2 ** attempt,
      // The platform may run on a machine that is on no network: what counts is whether it answers.
      networkMode: 'always',
    },
    // A change is never repeated by itself.
    mutations: { retry: false, networkMode: 'always' },
  },
})
