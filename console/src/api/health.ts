import { ApiError } from './api-error.ts'

/** What `/health/ready` says; it answers 503 when not ready, which is no failure of the question. */
export interface Health {
  readonly ready: boolean
  readonly reason: string | undefined
}

/** Rejects with {@link ApiError} when the platform does not answer, or something else does. */
export async function readHealth(signal: AbortSignal, send: typeof fetch = fetch): Promise<Health> {
  let response: Response
  try {
    response = await send('/health/ready', { signal, cache: 'no-store' })
  } catch (cause) {
    if (signal.aborted) throw cause
    throw new ApiError('The platform does not answer.', { status: 0, code: 'network' }, { cause })
  }
  const body: unknown = await response.json().catch(() => undefined)
  if (typeof body !== 'object' || body === null || !('status' in body))
    throw new ApiError(`HTTP ${response.status}`, { status: response.status, code: 'unreadable' })
  const reason = 'reason' in body && typeof body.reason === 'string' ? body.reason : undefined
  return { ready: response.ok && body.status === 'ready', reason }
}
