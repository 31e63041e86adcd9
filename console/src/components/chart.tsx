import { useEffect, useEffectEvent, useMemo, useRef } from 'react'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { numberText } from '../lib/format.ts'
import type { Language } from '../lib/i18n/language.ts'
import { axisTimes, exactTime } from '../lib/time.ts'
import type { Line } from './chart-lines.ts'
import './chart.css'
import { useLanguage } from './language.ts'

export interface ChartLine extends Line {
  readonly name: string
  readonly unit?: string | undefined
  /** One of the palette's series colours, by its number from 0. */
  readonly color: number
}

interface ChartProps {
  /** What it shows, for those who do not see it: the same figures must stand in a table beside it. */
  readonly label: string
  readonly lines: readonly ChartLine[]
  /** Epoch milliseconds at the left and at the right edge. */
  readonly from: number
  readonly to: number
  /** A range was drawn with the mouse or a finger. */
  readonly onZoom: (from: number, to: number) => void
  /** Charts of one name show their cursors at the same time. */
  readonly together?: string
}

/** Narrower than that, a drag is a click that slipped. */
const ZOOM_PIXELS_MIN = 8

/**
 * Lines over time: gaps are gaps, what sums up many values has a band from the least to the greatest, the value under
 * the pointer stands above. Loads the drawing library: import it lazily.
 */
export function Chart({ label, lines, from, to, onZoom, together }: ChartProps) {
  const language = useLanguage()
  const host = useRef<HTMLDivElement>(null)
  const readout = useRef<HTMLParagraphElement>(null)
  const plot = useRef<uPlot>(undefined)
  const data = useMemo(() => dataOf(lines), [lines])
  // What the plot is made of; everything else it can change while it stands.
  const shape = JSON.stringify(lines.map(({ name, unit, color, band }) => [name, unit, color, !!band]))

  const rangeNow = useEffectEvent((): [number, number] => [from, to])
  const firstData = useEffectEvent(() => data)
  const firstLines = useEffectEvent(() => lines)
  const zoom = useEffectEvent((first: number, last: number) => onZoom(first, last))
  const tell = useEffectEvent((text: string) => {
    if (readout.current) readout.current.textContent = text || namesOf(lines)
  })

  useEffect(() => {
    const element = host.current
    if (!element) return undefined
    const made = new uPlot(
      {
        ...optionsOf(firstLines(), language, { together, range: () => rangeNow() }),
        width: element.clientWidth,
        height: element.clientHeight,
        hooks: {
          setCursor: [(u) => tell(textUnder(u, firstLines(), language))],
          setSelect: [
            (u) => {
              const { left, width } = u.select
              if (width < ZOOM_PIXELS_MIN) return
              u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false)
              zoom(Math.floor(u.posToVal(left, 'x')), Math.ceil(u.posToVal(left + width, 'x')))
            },
          ],
        },
      },
      firstData(),
      element,
    )
    plot.current = made
    tell('')
    const size = new ResizeObserver(() =>
      made.setSize({ width: element.clientWidth, height: element.clientHeight }),
    )
    size.observe(element)
    // Colours are read when it is drawn.
    const theme = new MutationObserver(() => made.redraw(false, true))
    theme.observe(document.documentElement, { attributeFilter: ['data-theme'] })
    return () => {
      size.disconnect()
      theme.disconnect()
      made.destroy()
      plot.current = undefined
    }
  }, [shape, language, together])

  useEffect(() => {
    plot.current?.setData(data)
  }, [data, from, to, shape])

  return (
    <figure className="chart">
      <p ref={readout} className="chart-readout code" aria-hidden="true" />
      <div ref={host} className="chart-plot" role="img" aria-label={label} />
    </figure>
  )
}

/** All lines over the times of all: `undefined` where a line has nothing to say, null where it has a gap. */
function dataOf(lines: readonly ChartLine[]): uPlot.AlignedData {
  const tables = lines.map(({ xs, ys, band }) => [xs, ys, ...(band ? [band.min, band.max] : [])])
  // The library reads plain arrays, and writes to none of them.
  if (tables.length === 0) return [[]]
  return uPlot.join(tables as unknown as uPlot.AlignedData[])
}

const color = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim()
const seriesNames = ['a', 'b', 'c', 'd', 'e', 'f'] as const
export const seriesVariable = (at: number): string => `series-${seriesNames[at % seriesNames.length]}`

function optionsOf(
  lines: readonly ChartLine[],
  language: Language,
  { together, range }: { readonly together: string | undefined; readonly range: () => [number, number] },
): Omit<uPlot.Options, 'width' | 'height' | 'hooks'> {
  const series: uPlot.Series[] = [{}]
  const bands: uPlot.Band[] = []
  for (const { name, band, color: at } of lines) {
    const stroke = () => color(seriesVariable(at))
    series.push({ label: name, stroke, width: 1.5, points: { size: 5, fill: stroke, filter: lonely } })
    if (!band) continue
    series.push({ points: { show: false } }, { points: { show: false } })
    // A band goes from the upper to the lower line.
    bands.push({ series: [series.length - 1, series.length - 2], fill: () => `${stroke()}2e` })
  }
  const axis: uPlot.Axis = {
    stroke: () => color('text-soft'),
    grid: { stroke: () => color('line'), width: 1 },
    ticks: { stroke: () => color('line'), width: 1, size: 4 },
    font: `12px ${color('sans')}`,
  }
  return {
    ms: 1,
    legend: { show: false },
    padding: [8, 24, 0, 0],
    series,
    bands,
    scales: { x: { time: true, range }, y: { range: roomAround } },
    axes: [
      {
        ...axis,
        size: 44,
        space: 96,
        values: (_u, splits, _at, _space, step) => [...axisTimes(splits, step, language)],
      },
      {
        ...axis,
        size: (_u, values) => 16 + 7 * Math.max(3, ...(values ?? []).map((text) => text.length)),
        values: (_u, splits) => splits.map((value) => numberText(value, language)),
      },
    ],
    cursor: {
      drag: { x: true, y: false, setScale: false },
      focus: { prox: 24 },
      dataIdx: nearest,
      points: { size: 7 },
      ...(together !== undefined && { sync: { key: together } }),
    },
  }
}

/** A little room above and below; a level line stands in the middle instead of on the frame. */
const roomAround = (_u: uPlot, min: number | null, max: number | null): [number, number] => {
  if (min === null || max === null) return [0, 1]
  const room = max > min ? (max - min) * 0.08 : Math.max(Math.abs(max) * 0.1, 1)
  return [min - room, max + room]
}

/** Points that no line reaches are drawn as points; all of them while they are few. */
const lonely: uPlot.Series.Points.Filter = (u, at, show) => {
  if (show) return null
  const ys = u.data[at] ?? []
  const [first, last] = u.series[at]?.idxs ?? [0, 0]
  const found: number[] = []
  for (let index = first; index <= last; index += 1)
    if (typeof ys[index] === 'number' && !reaches(ys, index, -1) && !reaches(ys, index, 1)) found.push(index)
  return found
}

/** Whether a line goes on from `index` in the direction: past what other lines say, up to a gap or the end. */
function reaches(ys: ArrayLike<number | null | undefined>, index: number, direction: 1 | -1): boolean {
  let at = index + direction
  while (at >= 0 && at < ys.length && ys[at] === undefined) at += direction
  return typeof ys[at] === 'number'
}

/** The point of this line that is nearest to the one under the pointer. */
const nearest: uPlot.Cursor.DataIdxRefiner = (u, at, hovered) => {
  const ys = u.data[at] ?? []
  if (at === 0 || typeof ys[hovered] === 'number') return hovered
  for (let step = 1; step < 200; step += 1) {
    if (typeof ys[hovered - step] === 'number') return hovered - step
    if (typeof ys[hovered + step] === 'number') return hovered + step
  }
  return hovered
}

/** `temperature °C · humidity %RH`: what the lines are, while nobody points at them. */
const namesOf = (lines: readonly ChartLine[]): string =>
  lines.map(({ name, unit }) => (unit === undefined ? name : `${name} ${unit}`)).join(' · ')

/** What stands under the pointer: the time, and each line's value with its unit. */
function textUnder(u: uPlot, lines: readonly ChartLine[], language: Language): string {
  const { left = -1, idxs = [] } = u.cursor
  if (left < 0) return ''
  const said: string[] = []
  let at = 1
  let time: number | undefined
  for (const { name, unit, band } of lines) {
    const index = idxs[at]
    const value = typeof index === 'number' ? u.data[at]?.[index] : undefined
    if (typeof index === 'number' && typeof value === 'number') {
      time ??= u.data[0][index]
      const text = (number: unknown) => (typeof number === 'number' ? numberText(number, language) : '')
      const [least, greatest] = [text(u.data[at + 1]?.[index]), text(u.data[at + 2]?.[index])]
      const spread = band && least !== greatest ? ` (${least} … ${greatest})` : ''
      said.push(`${name} ${text(value)}${unit === undefined ? '' : ` ${unit}`}${spread}`)
    }
    at += band ? 3 : 1
  }
  return time === undefined ? '' : [exactTime(time, language), ...said].join(' · ')
}
