import { randomInt } from 'node:crypto'
import type { Limits } from '../base/limits.ts'

/*
 * How many sockets each address has open on all listener threads together (safety R9), in memory that they share.
 *
 * An address has no entry of its own: it is hashed to one counter in each of two rows, and the smaller one is taken.
 * It counts too much only when others share both counters, which can matter only beside addresses that are near the
 * bound themselves: with twenty of those, for one address in forty thousand. Each thread writes counters of its own and
 * reads those of all, so that those of a dead thread can be set back.
 */

const ROWS = 2
/** A power of two. */
const SLOTS = 4096
/** The number of all, then the rows. */
const REGION = 1 + ROWS * SLOTS

/** Made by the main thread; goes to each listener thread as it is. */
export interface SocketCounts {
  readonly regions: Int32Array
  /** Nobody outside may know which addresses share counters. */
  readonly seeds: readonly number[]
  /** A second of the clock that all threads share and never steps, and the connects that were let in within it. */
  readonly connects: Int32Array
}

export function createSocketCounts(threads: number): SocketCounts {
  const bytes = threads * REGION * Int32Array.BYTES_PER_ELEMENT
  return {
    regions: new Int32Array(new SharedArrayBuffer(bytes)),
    seeds: Array.from({ length: ROWS }, () => randomInt(2 ** 32)),
    connects: new Int32Array(new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT)),
  }
}

/** The thread of this index has ended, and its sockets with it. */
export function forgetSockets({ regions }: SocketCounts, thread: number): void {
  regions.fill(0, thread * REGION, (thread + 1) * REGION)
}

/** One thread's part. */
export interface SharedSockets {
  /**
   * False: too many sockets, of this address or in all; nothing is counted then. Threads that ask in the same instant
   * may together let in one more each.
   */
  enter(address: string): boolean
  leave(address: string): void
  /** False: as many connects were let in within this second as may be; it is counted no more exactly than sockets are. */
  mayConnect(): boolean
}

export function shareSockets(
  { regions, seeds, connects }: SocketCounts,
  thread: number,
  limits: Pick<Limits, 'connectionsPerAddressMax' | 'connectionsMax' | 'connectsPerSecondMax'>,
  /** Of a clock that all threads share and that never steps. */
  secondNow: () => number = () => process.hrtime()[0],
): SharedSockets {
  const own = thread * REGION
  const overAll = (place: number): number => {
    let sum = 0
    for (let at = place; at < regions.length; at += REGION) sum += Atomics.load(regions, at)
    return sum
  }
  const placesOf = (address: string): readonly number[] =>
    seeds.map((seed, row) => 1 + row * SLOTS + (hashOf(address, seed) & (SLOTS - 1)))
  const count = (address: string, by: 1 | -1): void => {
    for (const place of [0, ...placesOf(address)]) Atomics.add(regions, own + place, by)
  }
  return {
    enter(address) {
      if (overAll(0) >= limits.connectionsMax) return false
      if (Math.min(...placesOf(address).map(overAll)) >= limits.connectionsPerAddressMax) return false
      count(address, 1)
      return true
    },
    leave: (address) => count(address, -1),
    mayConnect() {
      const { connectsPerSecondMax } = limits
      if (connectsPerSecondMax === 0) return true
      const second = secondNow()
      const before = Atomics.load(connects, 0)
      // Whoever sees the new second first sets the count back.
      if (before !== second && Atomics.compareExchange(connects, 0, before, second) === before)
        Atomics.store(connects, 1, 0)
      return Atomics.add(connects, 1, 1) < connectsPerSecondMax
    },
  }
}

/** FNV-1a, with the bits of the end mixed. */
function hashOf(address: string, seed: number): number {
  let hash = seed | 0
  for (let i = 0; i < address.length; i++) hash = Math.imul(hash ^ address.charCodeAt(i), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b)
  return (hash ^ (hash >>> 13)) >>> 0
}
