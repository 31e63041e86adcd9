import { ApiError } from './api-error.ts'
import type { Operations } from './types.ts'

/** What every call carries; `app/` keeps it up to date. */
export interface CallContext {
  /** Proves that a change comes from this page and not from another one with the same cookie. */
  csrfToken: string | undefined
  /** Sentences and remedies of verdicts come in it. */
  language: string
}

type Nothing = Readonly<Record<never, never>>
type Member<Name extends string, T> = [T] extends [undefined]
  ? unknown
  : Nothing extends T
    ? { readonly [N in Name]?: T }
    : { readonly [N in Name]: T }

/** What the operation `K` takes; an abort of `signal` rejects with its reason. */
export type CallInput<K extends keyof Operations> = Member<'params', Operations[K]['params']> &
  Member<'query', Operations[K]['query']> &
  Member<'body', Operations[K]['body']> & { readonly signal?: AbortSignal }

export type Reply<K extends keyof Operations> = Operations[K]['reply']

type Values = Readonly<Record<string, string | number | boolean | undefined>>
interface AnyInput {
  readonly params?: Values
  readonly query?: Values
  readonly body?: unknown
  readonly signal?: AbortSignal
}

/**
 * Makes the one function through which the console talks: `call('GET /v5/iot/{project_id}/apps', { params })`.
 * Rejects with {@link ApiError}, or with the signal's reason.
 */
export function createCall(
  context: CallContext,
  send: typeof fetch,
): <K extends keyof Operations>(operation: K, input: CallInput<K>) => Promise<Reply<K>> {
  return async (operation, input) => {
    const { params = {}, query = {}, body, signal } = input as AnyInput
    const [method = '', template = ''] = operation.split(' ')
    const response = await answered(send, urlOf(template, params, query), {
      method,
      headers: headersOf(context, method, body !== undefined),
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(signal && { signal }),
    })
    // The types are made of the document that the platform's own tests hold its answers to.
    return (await contentOf(response)) as never
  }
}

/** As {@link createCall}'s calls carry it, for the few requests that are none of an operation's. */
export function headersOf(context: CallContext, method: string, hasBody: boolean): Record<string, string> {
  return {
    accept: 'application/json',
    'accept-language': context.language,
    ...(hasBody && { 'content-type': 'application/json' }),
    ...(method !== 'GET' && context.csrfToken !== undefined && { 'x-csrf-token': context.csrfToken }),
  }
}

/** Path with its parameters filled in and escaped, and the query without what is undefined. */
export function urlOf(template: string, params: Values, query: Values): string {
  const path = template.replace(/\{(\w+)\}/g, (_whole, name: string) => {
    const value = params[name]
    if (value === undefined) throw new Error(`${template} needs ${name}`)
    return encodeURIComponent(value)
  })
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) if (value !== undefined) search.set(name, String(value))
  return search.size > 0 ? `${path}?${search}` : path
}

/** Sends; what is not an answer of success becomes an {@link ApiError}. */
export async function answered(send: typeof fetch, url: string, init: RequestInit): Promise<Response> {
  let response: Response
  try {
    response = await send(url, { ...init, credentials: 'same-origin', cache: 'no-store' })
  } catch (cause) {
    if (init.signal?.aborted) throw cause
    throw new ApiError('The platform does not answer.', { status: 0, code: 'network' }, { cause })
  }
  if (!response.ok) throw await refusalOf(response)
  return response
}

async function contentOf(response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  try {
    return await response.json()
  } catch (cause) {
    throw unreadable(response, cause)
  }
}

async function refusalOf(response: Response): Promise<ApiError> {
  let body: unknown
  try {
    body = await response.json()
  } catch (cause) {
    return unreadable(response, cause)
  }
  const { error_code: code, error_msg: message, field, request_id: id } = textsOf(body)
  if (code === undefined || message === undefined) return unreadable(response, body)
  const requestId = id ?? response.headers.get('x-request-id') ?? undefined
  return new ApiError(message, { status: response.status, code, field: field ?? fieldIn(message), requestId })
}

/** The reference's error body has no member for the field: there the sentence begins with it (`services[0].unit: …`). */
const fieldIn = (message: string): string | undefined =>
  /^([a-z_]+(?:\[\d+\]|\.[a-z_]+)*)[:：]/.exec(message)?.[1]

const unreadable = ({ status }: Response, cause: unknown): ApiError =>
  new ApiError(`HTTP ${status}`, { status, code: 'unreadable' }, { cause })

function textsOf(body: unknown): Readonly<Record<string, string | undefined>> {
  if (typeof body !== 'object' || body === null) return {}
  return Object.fromEntries(Object.entries(body).filter(([, value]) => typeof value === 'string'))
}

/** The page's own context and its calls. */
export const callContext: CallContext = { csrfToken: undefined, language: 'en' }
export const call = createCall(callContext, (input, init) => fetch(input, init))
