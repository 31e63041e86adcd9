/** Points of one property over time, oldest first. Null where a gap is to be seen. */
export interface Line {
  /** Epoch milliseconds, growing. */
  readonly xs: readonly number[]
  readonly ys: readonly (number | null)[]
  /** Least and greatest of what each point sums up; absent: each point is one value. */
  readonly band?: { readonly min: readonly (number | null)[]; readonly max: readonly (number | null)[] }
}

interface Point {
  readonly x: number
  readonly y: number
  readonly min?: number
  readonly max?: number
}

/** So many usual distances between two points without a value are a gap. */
const GAP_DISTANCES = 5

/**
 * Points as a line with its gaps: where a device that reports every so often was silent for long, no line may
 * pretend that it spoke. What is usual is the median distance, and never less than `leastMillis`, the width of what
 * one point sums up.
 */
export function lineOf(points: readonly Point[], leastMillis = 0): Line {
  const distances = points.slice(1).map(({ x }, at) => x - (points[at]?.x ?? x))
  const usual = Math.max(distances.toSorted((a, b) => a - b)[distances.length >> 1] ?? 0, leastMillis)
  const xs: number[] = []
  const ys: (number | null)[] = []
  const min: (number | null)[] = []
  const max: (number | null)[] = []
  let before: number | undefined
  for (const { x, y, min: least = y, max: greatest = y } of points) {
    if (before !== undefined && usual > 0 && x - before > usual * GAP_DISTANCES) {
      xs.push((before + x) / 2)
      for (const list of [ys, min, max]) list.push(null)
    }
    xs.push(x)
    ys.push(y)
    min.push(least)
    max.push(greatest)
    before = x
  }
  return { xs, ys, ...(points.some((point) => point.min !== undefined) && { band: { min, max } }) }
}
