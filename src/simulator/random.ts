/** The next number in [0, 1). Everything that the simulator leaves to chance asks one, so a seed repeats a run. */
export type Random = () => number

/** The same numbers for the same seed (mulberry32). Good enough for weather, never for keys. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }
}

/** One of `items`, which are not empty. */
export function pick<T>(items: readonly T[], random: Random): T {
  return items[Math.floor(random() * items.length)] as T
}

/** About normal, mean 0 and deviation 1, never beyond 3. */
export const bell = (random: Random): number =>
  (random() + random() + random() + random() - 2) * Math.sqrt(3) * 0.866
