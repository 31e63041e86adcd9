import { createEventParser, type StreamEvent } from '../lib/event-stream.ts'
import { ApiError } from './api-error.ts'
import { answered, callContext, type CallContext, headersOf, urlOf } from './client.ts'

/** An entry of the log as a stream tells it (contracts §3). */
export interface LogEntry {
  readonly position: string
  readonly at: string
  readonly kind: string
  readonly device_id?: string
  /** Of what a bridge itself did. */
  readonly bridge_id?: string
  readonly body: unknown
}

export interface EventsOptions {
  readonly projectId: string
  readonly kinds: readonly string[]
  /** Both absent: of all devices, and of none. */
  readonly devices?: readonly string[]
  readonly bridges?: readonly string[]
  readonly onEntry: (entry: LogEntry) => void
  /** `live` once the stream stands, `broken` when it ended and is about to be opened again. */
  readonly onState: (state: 'live' | 'broken') => void
  /** The stream was refused for good, e.g. because the session has ended. */
  readonly onRefused: (error: ApiError) => void
}

/** First wait before a stream is opened again; doubled up to the last. */
const WAIT_MILLIS = 1000
const WAIT_MILLIS_MAX = 30_000

/**
 * Follows the log until `signal` aborts. A stream that breaks off is opened again behind the last entry that was
 * seen, with growing waits; 401 and 403 end it.
 */
export async function followEvents(
  { projectId, kinds, devices, bridges, onEntry, onState, onRefused }: EventsOptions,
  signal: AbortSignal,
  deps: {
    readonly context: CallContext
    readonly send: typeof fetch
    wait(millis: number, signal: AbortSignal): Promise<void>
  } = { context: callContext, send: (input, init) => fetch(input, init), wait: waitFor },
): Promise<void> {
  let lastId: string | undefined
  let waitMillis = WAIT_MILLIS
  const take = ({ id, data }: StreamEvent): void => {
    // A kind that is no entry of the log has no place in it to go on from.
    if (id !== '') lastId = id
    onEntry(JSON.parse(data) as LogEntry)
  }
  while (!signal.aborted) {
    try {
      const url = urlOf(
        '/quayside/v1/{project_id}/events',
        { project_id: projectId },
        { kinds: kinds.join(','), devices: devices?.join(','), bridges: bridges?.join(',') },
      )
      const response = await answered(deps.send, url, {
        headers: {
          ...headersOf(deps.context, 'GET', false),
          accept: 'text/event-stream',
          ...(lastId !== undefined && { 'last-event-id': lastId }),
        },
        signal,
      })
      waitMillis = WAIT_MILLIS
      onState('live')
      await read(response, take)
    } catch (fault) {
      if (signal.aborted) return
      if (fault instanceof ApiError && (fault.status === 401 || fault.status === 403)) {
        onRefused(fault)
        return
      }
    }
    onState('broken')
    await deps.wait(waitMillis, signal)
    waitMillis = Math.min(waitMillis * 2, WAIT_MILLIS_MAX)
  }
}

async function read({ body }: Response, onEvent: (event: StreamEvent) => void): Promise<void> {
  if (!body) return
  const parser = createEventParser(onEvent)
  const decoder = new TextDecoder()
  const reader = body.getReader()
  try {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read())
      parser.push(decoder.decode(piece.value, { stream: true }))
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

/** Resolves after `millis`, or at once when the signal aborts. */
function waitFor(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, millis)
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        resolve()
      },
      { once: true },
    )
  })
}
