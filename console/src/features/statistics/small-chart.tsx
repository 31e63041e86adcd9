import { useLanguage } from '../../components/language.ts'
import { linesOf, roundUp } from './curve.ts'
import type { Point } from './statistics.ts'

interface SmallChartProps {
  /** All that it says, in words. */
  readonly label: string
  readonly points: readonly Point[]
  readonly from: number
  readonly to: number
  readonly step: number
  /** The upper edge is at least here. */
  readonly least: number
}

const WIDTH = 600
const HEIGHT = 96
const HOUR = 3_600_000

/** A curve over time, from 0 upward; gaps stay gaps. Too plain for the chart library, which the first page does without. */
export function SmallChart({ label, points, from, to, step, least }: SmallChartProps) {
  const language = useLanguage()
  const shown = points.filter(({ at }) => at >= from && at <= to)
  const max = roundUp(Math.max(0, ...shown.map(({ value }) => value)), least)
  const hour = new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    ...(to - from < HOUR && { second: '2-digit' }),
    // A day ago it was the same hour.
    ...(to - from >= 24 * HOUR && { weekday: 'short' }),
  })
  return (
    <div className="small-chart">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label={label}>
        {[0, 0.5, 1].map((part) => (
          <line
            key={part}
            x1={0}
            x2={WIDTH}
            y1={HEIGHT * part}
            y2={HEIGHT * part}
            className="small-chart-grid"
          />
        ))}
        {linesOf(shown, { from, to, step, max, width: WIDTH, height: HEIGHT }).map((path) => (
          <path key={path} d={path} className="small-chart-line" />
        ))}
      </svg>
      <span className="small-chart-max" aria-hidden="true">
        {new Intl.NumberFormat(language).format(max)}
      </span>
      <div className="small-chart-times" aria-hidden="true">
        <span>{hour.format(from)}</span>
        <span>{hour.format(to)}</span>
      </div>
    </div>
  )
}
