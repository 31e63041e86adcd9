import type { Line } from './chart-lines.ts'

interface SparklineProps {
  /** What it shows, in words. */
  readonly label: string
  readonly line: Line
  /** Epoch milliseconds at the left and at the right edge. */
  readonly from: number
  readonly to: number
}

const WIDTH = 96
const HEIGHT = 24
const EDGE = 2

/** A line so small that it tells only the shape: rising, level, jumping, silent. */
export function Sparkline({ label, line: { xs, ys }, from, to }: SparklineProps) {
  const numbers = ys.filter((y) => y !== null)
  const least = Math.min(...numbers)
  const greatest = Math.max(...numbers)
  const across = (x: number): number => EDGE + ((x - from) / (to - from || 1)) * (WIDTH - 2 * EDGE)
  const up = (y: number): number =>
    greatest === least ? HEIGHT / 2 : HEIGHT - EDGE - ((y - least) / (greatest - least)) * (HEIGHT - 2 * EDGE)
  let path = ''
  let drawing = false
  for (const [at, x] of xs.entries()) {
    const y = ys[at]
    // A point that stands alone becomes a line of no length, which round ends show as a dot.
    if (typeof y === 'number')
      path += `${drawing ? 'L' : 'M'}${across(x).toFixed(1)} ${up(y).toFixed(1)}${drawing ? '' : 'h0'}`
    drawing = typeof y === 'number'
  }
  return (
    <svg className="sparkline" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      <path
        d={path}
        fill="none"
        stroke="var(--series-a)"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}
