import { env } from 'node:process'

/** Inputs of one run of each fuzzer (issue: one million); `QUAYSIDE_FUZZ_RUNS` asks for another number. */
export const fuzzRuns = Number(env['QUAYSIDE_FUZZ_RUNS'] ?? 1_000_000)

/** Small, fast, and the same for a seed everywhere (mulberry32). */
export class Random {
  #state: number

  constructor(seed: number) {
    this.#state = seed | 0
  }

  /** In [0, `end`). */
  int(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * end)
  }

  pick<T>(of: readonly T[]): T {
    return of[this.int(of.length)] as T
  }
}

/**
 * Calls `once` for every input; prints the seed first, and what it came to. Every input has a seed of its own, so that
 * a failure names the one that brings back that input alone: `QUAYSIDE_FUZZ_SEED=… QUAYSIDE_FUZZ_RUNS=1`.
 */
export function fuzz(what: string, once: (random: Random) => void, runs = fuzzRuns): void {
  const seed = Number(env['QUAYSIDE_FUZZ_SEED'] ?? Date.now() % 2 ** 31)
  process.stdout.write(`fuzzing ${what}: ${runs} inputs from QUAYSIDE_FUZZ_SEED=${seed}\n`)
  const began = performance.now()
  for (let run = 0; run < runs; run++)
    try {
      once(new Random(seed + run))
    } catch (cause) {
      throw new Error(`${what}: QUAYSIDE_FUZZ_SEED=${seed + run} QUAYSIDE_FUZZ_RUNS=1 fails`, { cause })
    }
  process.stdout.write(`fuzzing ${what}: ${((performance.now() - began) / 1000).toFixed(1)} s\n`)
}

const telling = [
  0x00, 0x01, 0x7f, 0x80, 0xff, 0x10, 0x22, 0x30, 0x32, 0x5c, 0x7b, 0x7d, 0x2c, 0x2e, 0x2d, 0xc0,
]

/** The same bytes with one to four changes: a byte or bit set, bytes put in, taken out, doubled, the end cut off. */
export function mutate(random: Random, bytes: Uint8Array): Buffer {
  let changed = Buffer.from(bytes)
  for (let changes = 1 + random.int(4); changes > 0; changes--) {
    const at = random.int(changed.length + 1)
    const length = 1 + random.int(8)
    switch (random.int(8)) {
      case 0:
      case 1:
        if (at < changed.length) changed[at] = random.int(256)
        break
      case 2:
        if (at < changed.length) changed[at] = random.pick(telling)
        break
      case 3:
        if (at < changed.length) changed[at] = (changed[at] as number) ^ (1 << random.int(8))
        break
      case 4:
        changed = Buffer.concat([
          changed.subarray(0, at),
          Buffer.alloc(length, random.int(256)),
          changed.subarray(at),
        ])
        break
      case 5:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(at + length)])
        break
      case 6:
        changed = Buffer.concat([changed.subarray(0, at), changed.subarray(Math.max(0, at - 8 * length))])
        break
      case 7:
        changed = Buffer.from(changed.subarray(0, at))
    }
  }
  return changed
}
