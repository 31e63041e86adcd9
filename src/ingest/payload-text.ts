// `ignoreBOM`: a byte order mark is kept, so that the text turns back into the very bytes.
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** A payload as it stands in the log: text when it is UTF-8, else base64. Either way its bytes can be had again. */
export function payloadText(payload: Uint8Array): {
  readonly payload: string
  readonly payloadEncoding: 'utf8' | 'base64'
} {
  try {
    return { payload: utf8.decode(payload), payloadEncoding: 'utf8' }
  } catch {
    return {
      payload: Buffer.from(payload.buffer, payload.byteOffset, payload.byteLength).toString('base64'),
      payloadEncoding: 'base64',
    }
  }
}
