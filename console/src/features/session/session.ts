import { queryOptions } from '@tanstack/react-query'
import { ApiError } from '../../api/api-error.ts'
import { call, callContext, type Reply } from '../../api/client.ts'

export type Session = Reply<'GET /quayside/v1/session'>

/** The session of this browser; null: nobody is signed in. Its CSRF token goes into every change from then on. */
export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => readSession(signal),
  staleTime: Number.POSITIVE_INFINITY,
})

async function readSession(signal: AbortSignal): Promise<Session | null> {
  try {
    return keepToken(await call('GET /quayside/v1/session', { signal }))
  } catch (fault) {
    if (fault instanceof ApiError && fault.status === 401) return null
    throw fault
  }
}

export async function signIn(body: {
  readonly username: string
  readonly password: string
}): Promise<Session> {
  return keepToken(await call('POST /quayside/v1/session', { body }))
}

export async function signOut(): Promise<void> {
  await call('DELETE /quayside/v1/session', {})
  callContext.csrfToken = undefined
}

export async function changePassword(body: {
  readonly old_password: string
  readonly new_password: string
}): Promise<void> {
  await call('PUT /quayside/v1/session/password', { body })
}

function keepToken(session: Session): Session {
  callContext.csrfToken = session.csrf_token
  return session
}
