import { Buffer } from 'node:buffer'
import { textBytes } from './strings.ts'

/** The fixed header goes in front of the body once its length is known: one byte of type, up to four of length. */
const HEADER = 5
/** MQTT 5.0 §1.5.5: the largest remaining length. */
const REMAINING_MAX = 268_435_455

/** A packet being written; its bytes start behind room for the fixed header. Throws RangeError for what cannot be sent. */
export interface Writer {
  bytes: Buffer
  at: number
}

/** `bodyBytes`: an estimate; the writer grows. */
export function createWriter(bodyBytes: number): Writer {
  return { bytes: Buffer.allocUnsafe(HEADER + bodyBytes), at: HEADER }
}

/** Puts the fixed header before the body and gives the packet. The writer must not be used again. */
export function finish({ bytes, at }: Writer, firstByte: number): Uint8Array {
  const remaining = at - HEADER
  const start = HEADER - 1 - varintBytes(remaining)
  bytes[start] = firstByte
  putVarint(bytes, start + 1, remaining)
  return bytes.subarray(start, at)
}

export function writeByte(writer: Writer, value: number): void {
  ensure(writer, 1)
  writer.bytes[writer.at++] = inRange(value, 0xff)
}

export function writeUint16(writer: Writer, value: number): void {
  ensure(writer, 2)
  writer.at = writer.bytes.writeUInt16BE(inRange(value, 0xffff), writer.at)
}

export function writeUint32(writer: Writer, value: number): void {
  ensure(writer, 4)
  writer.at = writer.bytes.writeUInt32BE(inRange(value, 0xffff_ffff), writer.at)
}

export function writeVarint(writer: Writer, value: number): void {
  ensure(writer, 4)
  writer.at = putVarint(writer.bytes, writer.at, inRange(value, REMAINING_MAX))
}

export function writeString(writer: Writer, text: string): void {
  const length = textBytes(text)
  writeUint16(writer, length)
  ensure(writer, length)
  writer.bytes.write(text, writer.at, length, 'utf8')
  writer.at += length
}

export function writeBinary(writer: Writer, data: Uint8Array): void {
  writeUint16(writer, data.length)
  writeRaw(writer, data)
}

export function writeRaw(writer: Writer, data: Uint8Array): void {
  ensure(writer, data.length)
  writer.bytes.set(data, writer.at)
  writer.at += data.length
}

/** Runs `write`, then puts the length of what it wrote in front of it as a variable byte integer. */
export function writePrefixed(writer: Writer, write: () => void): void {
  const start = writer.at
  write()
  const length = inRange(writer.at - start, REMAINING_MAX)
  const prefix = varintBytes(length)
  ensure(writer, prefix)
  writer.bytes.copyWithin(start + prefix, start, writer.at)
  putVarint(writer.bytes, start, length)
  writer.at += prefix
}

/** [MQTT-2.3.1-1], [MQTT-2.2.1-3] */
export function writePacketId(writer: Writer, packetId: number | undefined): void {
  if (!packetId) throw new RangeError('a packet identifier is 1 to 65,535')
  writeUint16(writer, packetId)
}

export function varintBytes(value: number): number {
  return value < 0x80 ? 1 : value < 0x4000 ? 2 : value < 0x20_0000 ? 3 : 4
}

/** Answers the place behind it. */
export function putVarint(bytes: Uint8Array, at: number, value: number): number {
  let rest = value
  let next = at
  for (; rest > 0x7f; rest >>>= 7) bytes[next++] = (rest & 0x7f) | 0x80
  bytes[next++] = rest
  return next
}

function ensure(writer: Writer, more: number): void {
  const needed = writer.at + more
  if (needed <= writer.bytes.length) return
  if (needed - HEADER > REMAINING_MAX)
    throw new RangeError('an MQTT packet is at most 268,435,455 bytes long')
  const grown = Buffer.allocUnsafe(Math.max(needed, writer.bytes.length * 2))
  grown.set(writer.bytes.subarray(0, writer.at))
  writer.bytes = grown
}

function inRange(value: number, max: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= max) return value
  throw new RangeError(`${value} is not a whole number from 0 to ${max}`)
}
