import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { EventStream, ServerEvent } from '../operations/operation.ts'

/**
 * Writes server-sent events (HTML §9.2) until the stream ends, the signal aborts or the peer leaves. Asks for the
 * next event only when the last one has left for the peer: a slow reader slows the source, and costs one event of
 * memory (safety R11). A comment goes out every `commentMillis`, so that nothing in between thinks it dead.
 * Rejects with what the source throws.
 */
export async function writeEvents(
  response: ServerResponse,
  { open }: EventStream,
  { signal, commentMillis }: { readonly signal: AbortSignal; readonly commentMillis: number },
): Promise<void> {
  const comments = setInterval(() => {
    if (!response.writableNeedDrain) response.write(': still here\n\n')
  }, commentMillis)
  try {
    // Sent at once, so that the reader knows that the stream stands before the first event.
    response.write('retry: 3000\n: open\n\n')
    for await (const event of open(signal)) {
      if (signal.aborted) return
      if (!response.write(eventText(event))) await drained(response, signal)
    }
  } catch (fault) {
    if (!signal.aborted) throw fault
  } finally {
    clearInterval(comments)
  }
}

/** JSON holds no line feed, and ids and kinds are ours: nothing of a device can forge a line. */
function eventText({ id, event, data }: ServerEvent): string {
  const named = id === undefined ? '' : `id: ${id}\n`
  return `${named}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`
}

async function drained(response: ServerResponse, signal: AbortSignal): Promise<void> {
  await once(response, 'drain', { signal })
}
