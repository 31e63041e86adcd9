import type { Point } from './statistics.ts'

export interface Frame {
  /** Epoch milliseconds at the left and at the right edge. */
  readonly from: number
  readonly to: number
  /** How far apart points are; half as much again is a gap. */
  readonly step: number
  /** At the upper edge; 0 is at the lower one. */
  readonly max: number
  readonly width: number
  readonly height: number
}

const places = (value: number): number => Math.round(value * 10) / 10

/** SVG paths of the points, one for each stretch without a gap. */
export function linesOf(points: readonly Point[], frame: Frame): readonly string[] {
  const stretches: Point[][] = []
  for (const point of points) {
    const stretch = stretches.at(-1)
    const last = stretch?.at(-1)
    if (stretch && last && point.at - last.at <= frame.step * 1.5) stretch.push(point)
    else stretches.push([point])
  }
  return stretches.map((stretch) => {
    const path = stretch.map(({ at, value }, place) => {
      const x = places(((at - frame.from) / (frame.to - frame.from)) * frame.width)
      const y = places((1 - value / frame.max) * frame.height)
      return `${place === 0 ? 'M' : 'L'}${x} ${y}`
    })
    // A lone point would have no length, so nothing would be drawn.
    return path.length === 1 ? `${path[0]} m-3 0 h6` : path.join(' ')
  })
}

/** The least round number that is not below `value` (1, 2 or 5 times a power of ten), at least `least`. */
export function roundUp(value: number, least: number): number {
  if (value <= least) return least
  const power = 10 ** Math.floor(Math.log10(value))
  return ([1, 2, 5, 10].find((times) => times * power >= value) ?? 10) * power
}
