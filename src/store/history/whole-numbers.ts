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
  const bytes = section.packed()
  const byChanges = kind === CHANGES
  let at = 0
  let last = 0
  let lastStep = 0
  // Decoded in place: a year of minutes is a million of these, and a call each would double the time of a chart.
  for (let i = 0; i < count; i++) {
    let byte = bytes[at++] as number
    let raw = byte & 0x7f
    for (let scale = 128; byte >= 0x80; scale *= 128) {
      byte = bytes[at++] as number
      raw += (byte & 0x7f) * scale
    }
    const number = raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
    if (i === 0) last = number
    else {
      lastStep = byChanges ? lastStep + number : number
      last += lastStep
    }
    values[i] = last
  }
  return values
}

/** Of the varint; roughly, from 4 bytes on. */
function bytesOf(value: number): number {
  const size = value < 0 ? -value : value
  if (size < 64) return 1
  if (size < 8192) return 2
  if (size < 1_048_576) return 3
  return size < 17_179_869_184 ? 5 : 7
}
