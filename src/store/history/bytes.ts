import { deflateRawSync, inflateRawSync } from 'node:zlib'

/** Below this a deflated text is seldom shorter, and zlib needs 15 µs only to begin. */
const DEFLATE_BYTES_MIN = 192

/** Most columns of a chunk are 4 kB at most. The usual window and tables take 256 kB, anew for each, which call the garbage collector. */
const COLUMN = { level: 1, windowBits: 12, memLevel: 5, chunkSize: 4096 }

const utf8 = { encoder: new TextEncoder(), decoder: new TextDecoder() }

/** Bytes that grow; `reset` keeps the memory, since a fold writes a hundred thousand sections one after the other. */
export class ByteWriter {
  #bytes = new Uint8Array(4096)
  #view = new DataView(this.#bytes.buffer)
  length = 0

  reset(): void {
    this.length = 0
  }

  /** Valid until the next write. */
  written(): Uint8Array {
    return this.#bytes.subarray(0, this.length)
  }

  /** A copy. */
  take(): Uint8Array {
    return this.#bytes.slice(0, this.length)
  }

  reserve(more: number): void {
    if (this.length + more <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.length + more))
    grown.set(this.written())
    this.#bytes = grown
    this.#view = new DataView(grown.buffer)
  }

  byte(value: number): void {
    this.reserve(1)
    this.#bytes[this.length++] = value
  }

  /** Of a whole number from 0 to 2^53. */
  varint(value: number): void {
    this.reserve(8)
    const bytes = this.#bytes
    let rest = value
    // Bit operations know 32 bits only.
    while (rest >= 0x8000_0000) {
      bytes[this.length++] = (rest % 128) | 0x80
      rest = Math.floor(rest / 128)
    }
    while (rest >= 0x80) {
      bytes[this.length++] = (rest & 0x7f) | 0x80
      rest >>>= 7
    }
    bytes[this.length++] = rest
  }

  /** Of a whole number below 2^52 either way, small ones of either sign in few bytes. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -value * 2 - 1 : value * 2)
  }

  float64(value: number): void {
    this.reserve(8)
    this.#view.setFloat64(this.length, value, true)
    this.length += 8
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length)
    this.#bytes.set(bytes, this.length)
    this.length += bytes.length
  }

  text(text: string): void {
    const bytes = utf8.encoder.encode(text)
    this.varint(bytes.length)
    this.raw(bytes)
  }

  /** Deflated when that is shorter by a tenth, which is what it costs to inflate it again. */
  packed(bytes: Uint8Array): void {
    const deflated = bytes.length < DEFLATE_BYTES_MIN ? undefined : deflateRawSync(bytes, COLUMN)
    const pays = deflated !== undefined && deflated.length < bytes.length * 0.9
    this.varint(bytes.length * 2 + (pays ? 1 : 0))
    if (pays) this.varint(deflated.length)
    this.raw(pays ? deflated : bytes)
  }
}

/** Reads what a {@link ByteWriter} wrote. */
export class ByteReader {
  readonly #bytes: Uint8Array
  #at: number

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes
    this.#at = at
  }

  byte(): number {
    const value = this.#bytes[this.#at++]
    if (value === undefined) throw new RangeError('a chunk of history ends too early')
    return value
  }

  varint(): number {
    const bytes = this.#bytes
    let byte = bytes[this.#at++] as number
    if (byte < 0x80) return byte
    let value = byte & 0x7f
    let scale = 128
    do {
      byte = this.byte()
      value += (byte & 0x7f) * scale
      scale *= 128
    } while (byte >= 0x80)
    return value
  }

  zigzag(): number {
    const value = this.varint()
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  float64(): number {
    const { buffer, byteOffset } = this.#bytes
    const value = new DataView(buffer, byteOffset + this.#at, 8).getFloat64(0, true)
    this.#at += 8
    return value
  }

  raw(length: number): Uint8Array {
    if (this.#at + length > this.#bytes.length) throw new RangeError('a chunk of history ends too early')
    return this.#bytes.subarray(this.#at, (this.#at += length))
  }

  text(): string {
    return utf8.decoder.decode(this.raw(this.varint()))
  }

  packed(): Uint8Array {
    const head = this.varint()
    const length = Math.floor(head / 2)
    return head % 2 === 0
      ? this.raw(length)
      : inflateRawSync(this.raw(this.varint()), { maxOutputLength: Math.max(length, 1) })
  }
}
