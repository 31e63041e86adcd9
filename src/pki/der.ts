/*
 * Writes DER (ITU-T X.690), as little of it as certificates of our own making need: a tag, a length, the content.
 *
 *   sequence(integer(1n), objectId('2.5.4.3'))  →  30 08 · 02 01 01 · 06 03 55 04 03
 */

/** One element of any tag. */
export function element(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const { length } = content
  const header =
    length < 0x80
      ? [tag, length]
      : length < 0x100
        ? [tag, 0x81, length]
        : [tag, 0x82, length >> 8, length & 0xff]
  if (length > 0xffff) throw new RangeError('a DER element of more than 65,535 bytes')
  return Buffer.concat([Buffer.from(header), content])
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => element(0x30, ...parts)
export const setOf = (part: Uint8Array): Buffer => element(0x31, part)
export const octetString = (content: Uint8Array): Buffer => element(0x04, content)
export const utf8String = (text: string): Buffer => element(0x0c, Buffer.from(text))
export const booleanTrue: Buffer = element(0x01, Buffer.of(0xff))
/** Context-specific and constructed, such as `[3] EXPLICIT`. */
export const tagged = (number: number, part: Uint8Array): Buffer => element(0xa0 | number, part)

/** Of whole bytes, or with so many unused bits at the end of the last one. */
export const bitString = (content: Uint8Array, unusedBits = 0): Buffer =>
  element(0x03, Buffer.of(unusedBits), content)

/** A number that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0
  while (start < bytes.length - 1 && bytes[start] === 0) start++
  const rest = bytes.subarray(start)
  return element(0x02, Buffer.of(...((rest[0] ?? 0) >= 0x80 ? [0] : [])), rest)
}

/** `1.2.840.10045.4.3.2` */
export function objectId(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  const bytes = [first * 40 + second, ...rest].flatMap((arc) => {
    const groups = [arc & 0x7f]
    for (let left = arc >>> 7; left > 0; left >>>= 7) groups.unshift((left & 0x7f) | 0x80)
    return groups
  })
  return element(0x06, Buffer.from(bytes))
}

/** UTCTime up to 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5); whole seconds. */
export function time(millis: number): Buffer {
  const text = `${new Date(millis).toISOString().replace(/[-:T]/g, '').slice(0, 14)}Z`
  return Number(text.slice(0, 4)) < 2050
    ? element(0x17, Buffer.from(text.slice(2)))
    : element(0x18, Buffer.from(text))
}
