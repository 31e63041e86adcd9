import { hexOf } from './hex.ts'

/**
 * SHA-256 (FIPS 180-4) and its HMAC (RFC 2104) over text, as a device computes its password. The browser has both, but
 * hands them out only in a secure context, and a console reached by plain HTTP from the next machine is none.
 */

const ROUNDS = 64
const BLOCK = 64

// The first 32 bits of the fractional parts of the cube roots, and of the square roots, of the first primes.
const primes = firstPrimes(ROUNDS)
const fraction = (root: number): number => Math.floor((root - Math.floor(root)) * 2 ** 32)
const constants = Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime)))
const start = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)))

function firstPrimes(count: number): readonly number[] {
  const found: number[] = []
  for (let number = 2; found.length < count; number++)
    if (found.every((prime) => number % prime !== 0)) found.push(number)
  return found
}

const rotated = (word: number, by: number): number => (word >>> by) | (word << (32 - by))

function sha256(message: Uint8Array): Uint8Array {
  const blocks = Math.ceil((message.length + 9) / BLOCK)
  const padded = new Uint8Array(blocks * BLOCK)
  padded.set(message)
  padded[message.length] = 0x80
  const view = new DataView(padded.buffer)
  // Bits; texts here are far below 2^32 of them.
  view.setUint32(padded.length - 4, message.length * 8)
  const state = start.slice()
  for (let block = 0; block < blocks; block++) compress(state, view, block * BLOCK)
  const digest = new DataView(new ArrayBuffer(32))
  for (const [at, word] of state.entries()) digest.setUint32(at * 4, word)
  return new Uint8Array(digest.buffer)
}

/** FIPS 180-4 §6.2.2. Typed arrays wrap at 32 bits by themselves. */
function compress(state: Uint32Array, view: DataView, offset: number): void {
  const words = new Uint32Array(ROUNDS)
  const word = (at: number): number => words[at] ?? 0
  for (let at = 0; at < ROUNDS; at++) {
    if (at < 16) {
      words[at] = view.getUint32(offset + at * 4)
      continue
    }
    const [near, far] = [word(at - 2), word(at - 15)]
    const small0 = rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3)
    const small1 = rotated(near, 17) ^ rotated(near, 19) ^ (near >>> 10)
    words[at] = small1 + word(at - 7) + small0 + word(at - 16)
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state
  for (let at = 0; at < ROUNDS; at++) {
    const big1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25)
    const first = h + big1 + ((e & f) ^ (~e & g)) + (constants[at] ?? 0) + word(at)
    const big0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22)
    const second = big0 + ((a & b) ^ (a & c) ^ (b & c))
    ;[h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0]
  }
  for (const [at, value] of [a, b, c, d, e, f, g, h].entries()) state[at] = (state[at] ?? 0) + value
}

/** Lower-case hex of HMAC-SHA256 over `message`, both texts as UTF-8. */
export function hmacSha256(key: string, message: string): string {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
  const given = bytes(key)
  const padded = new Uint8Array(BLOCK)
  padded.set(given.length > BLOCK ? sha256(given) : given)
  const inner = sha256(
    joined(
      padded.map((byte) => byte ^ 0x36),
      bytes(message),
    ),
  )
  const digest = sha256(
    joined(
      padded.map((byte) => byte ^ 0x5c),
      inner,
    ),
  )
  return hexOf(digest)
}

function joined(one: Uint8Array, other: Uint8Array): Uint8Array {
  const both = new Uint8Array(one.length + other.length)
  both.set(one)
  both.set(other, one.length)
  return both
}
