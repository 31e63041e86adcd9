import { type ByteReader, ByteWriter } from './bytes.ts'

/*
 * A column of whole numbers, as the cheapest of three:
 *
 *   steady   12, 14, 16, 18   → 12, +2                    (times of a device that reports every minute; all equal)
 *   steps    12, 15, 14, 18   → 12, +3, -1, +4            (a value that wanders)
 *   changes  12, 14, 16, 19   → 12, +2, 0, +1             (times that are nearly steady: how the steps differ)
 *
 * each number as a varint that keeps small ones of either sign in one byte, the whole deflated where it pays.
 */
const STEADY = 0
const STEPS = 1
const CHANGES = 2

const scratch = new ByteWriter()

/** Numbers must lie below 2^50 either way, so that steps of steps are exact. */
export function writeWholeNumbers(out: ByteWriter, values: Float64Array, count: number): void {
  const first = values[0] ?? 0
  const step = count > 1 ? (values[1] as number) - first : 0
  let isSteady = true
  let stepBytes = 0
  let changeBytes = 0
  for (let i = 1, last = first, lastStep = 0; i < count; i++) {
    const value = values[i] as number
    const delta = value - last
    if (delta !== step) isSteady = false
    stepBytes += bytesOf(delta)
    changeBytes += bytesOf(delta - lastStep)
    last = value
    lastStep = delta
  }
  if (isSteady) {
    out.byte(STEADY)
    out.zigzag(first)
    return out.zigzag(step)
  }
  scratch.reset()
  scratch.zigzag(first)
  const byChanges = changeBytes < stepBytes
  for (let i = 1, last = first, lastStep = 0; i < count; i++) {
    const value = values[i] as number
    const delta = value - last
    scratch.zigzag(byChanges ? delta - lastStep : delta)
    last = value
    lastStep = delta
  }
  out.byte(byChanges ? CHANGES : STEPS)
  out.packed(scratch.written())
}

/** `count` numbers, as {@link writeWholeNumbers} wrote them. */
export function readWholeNumbers(section: ByteReader, count: number): Float64Array {
  const values = new Float64Array(count)
  const kind = section.byte()
  if (kind === STEADY) {
    const first = section.zigzag()
    const step = section.zigzag()
    for (let i = 0; i < count; i++) values[i] = first + i * step
    return values
  }
  unzigzag(section.packed(), values, count)
  // Sums apart from bytes: each loop then has numbers of one kind only, and takes half the time.
  for (let times = kind === CHANGES ? 2 : 1; times > 0; times--) {
    // The first step of steps is a step; the first number stands before both.
    for (let i = times === 2 ? 2 : 1; i < count; i++)
      values[i] = (values[i] as number) + (values[i - 1] as number)
  }
  return values
}

/** Decoded in place: a year of minutes is a million of these, and a call each would double the time of a chart. */
function unzigzag(bytes: Uint8Array, values: Float64Array, count: number): void {
  let at = 0
  for (let i = 0; i < count; i++) {
    let raw = bytes[at++] as number
    if (raw >= 0x80) {
      const second = bytes[at++] as number
      raw = (raw & 0x7f) | ((second & 0x7f) << 7)
      if (second >= 0x80) {
        const third = bytes[at++] as number
        raw |= (third & 0x7f) << 14
        if (third >= 0x80) {
          values[i] = rest(bytes, at, raw)
          while ((bytes[at++] as number) >= 0x80);
          continue
        }
      }
    }
    values[i] = (raw >>> 1) ^ -(raw & 1)
  }
}

/** Of a long varint whose first three bytes are in `raw`: bit operations know 32 bits only. */
function rest(bytes: Uint8Array, from: number, raw: number): number {
  let value = raw
  for (let at = from, scale = 2 ** 21; ; at++, scale *= 128) {
    const byte = bytes[at] as number
    value += (byte & 0x7f) * scale
    if (!(byte >= 0x80)) break
  }
  return value % 2 === 0 ? value / 2 : -(value + 1) / 2
}

/** Of the varint; roughly, from 4 bytes on. */
function bytesOf(value: number): number {
  const size = value < 0 ? -value : value
  if (size < 64) return 1
  if (size < 8192) return 2
  if (size < 1_048_576) return 3
  return size < 17_179_869_184 ? 5 : 7
}
