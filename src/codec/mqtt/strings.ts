import { Buffer, isUtf8 } from 'node:buffer'

/**
 * MQTT text: well-formed UTF-8 (no surrogates, no overlong forms), no U+0000; a byte order mark is an
 * ordinary character ([MQTT-1.5.4-1] to [MQTT-1.5.4-3], safety R15).
 */
export type TextFault = 'not-utf8' | 'null-character'

/** Most topics and ids are short ASCII: telling so in a loop is cheaper than a call out of JavaScript. */
const SHORT = 96

/** Text of `bytes[start, end)`, or what is wrong with it. Copies: the text outlives the bytes. */
export function readText(bytes: Buffer, start: number, end: number): string | { readonly fault: TextFault } {
  if (end - start <= SHORT && isPlainAscii(bytes, start, end)) return bytes.toString('latin1', start, end)
  const part = bytes.subarray(start, end)
  if (!isUtf8(part)) return { fault: 'not-utf8' }
  if (part.includes(0)) return { fault: 'null-character' }
  return part.toString('utf8')
}

/** Length in UTF-8 bytes; throws for what no peer could read (a lone surrogate, U+0000, over 65,535 bytes). */
export function textBytes(text: string): number {
  const bytes = Buffer.byteLength(text)
  if (bytes > 65_535) throw new RangeError(`MQTT text of ${bytes} bytes: at most 65,535 can be sent`)
  if (!text.isWellFormed()) throw new RangeError('MQTT text with a lone surrogate cannot be sent')
  if (text.includes('\0')) throw new RangeError('MQTT text with U+0000 cannot be sent')
  return bytes
}

function isPlainAscii(bytes: Buffer, start: number, end: number): boolean {
  for (let i = start; i < end; i++) {
    const byte = bytes[i] as number
    if (byte === 0 || byte > 0x7e) return false
  }
  return true
}
