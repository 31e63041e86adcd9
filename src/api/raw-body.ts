import type { Readable } from 'node:stream'
import type { Limits } from '../base/limits.ts'
import { Refusal } from '../base/refusal.ts'

/**
 * Reads bodies whole, before it is known who sends them: each up to `httpBodyBytesMax` (`body-too-large`), and all that
 * are under way together up to `httpBodiesBytesMax`. Beyond that whoever has sent more than a small body gets
 * `too-many-bodies`: senders that never come to an end can neither fill the memory nor keep ordinary calls out.
 */
export function createBodyReader({
  httpBodyBytesMax,
  httpBodiesBytesMax,
  httpSmallBodyBytesMax,
}: Pick<Limits, 'httpBodyBytesMax' | 'httpBodiesBytesMax' | 'httpSmallBodyBytesMax'>): (
  payload: Readable,
  announcedBytes: number,
) => Promise<Buffer> {
  let held = 0
  return async (payload, announcedBytes) => {
    if (announcedBytes > httpBodyBytesMax) throw new Refusal('body-too-large', { limit: httpBodyBytesMax })
    const chunks: Buffer[] = []
    let bytes = 0
    try {
      // The connection must outlive a refusal, which is answered on it.
      for await (const chunk of payload.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
        bytes += chunk.length
        held += chunk.length
        if (bytes > httpBodyBytesMax) throw new Refusal('body-too-large', { limit: httpBodyBytesMax })
        if (held > httpBodiesBytesMax && bytes > httpSmallBodyBytesMax)
          throw new Refusal('too-many-bodies', { seconds: 5 })
        chunks.push(chunk)
      }
      return Buffer.concat(chunks)
    } finally {
      held -= bytes
    }
  }
}
