import type { Measurement } from './measure.ts'
import type { Figure, Row } from './rows.ts'
import type { RowResult } from './run-row.ts'
import type { ServerName } from './servers.ts'
import { median } from './statistics.ts'

/** Medians of a row, and how they stand to the goals. */
export interface RowReport {
  readonly row: string
  readonly title: string
  readonly figure: Figure
  readonly servers: Partial<Record<ServerName, Measurement>>
  readonly comparisons: readonly Comparison[]
}

export interface Comparison {
  /** Absent: our figure is held against the goal itself. */
  readonly peer?: ServerName
  readonly ours: number
  readonly theirs?: number
  readonly ratio?: number
  readonly goal?: number
  readonly met?: boolean
}

export function resultOf(row: Row, result: RowResult): RowReport {
  const servers = Object.fromEntries(
    Object.entries(result).map(([server, measurements]) => [server, medians(measurements)]),
  ) as Partial<Record<ServerName, Measurement>>
  return { row: row.name, title: row.title, figure: row.figure, servers, comparisons: compare(row, servers) }
}

function compare(row: Row, servers: Partial<Record<ServerName, Measurement>>): Comparison[] {
  const ours = servers[row.ours]?.[row.figure] ?? Number.NaN
  const own: Comparison[] =
    row.goal === undefined
      ? []
      : [{ ours, goal: row.goal, met: row.figure === 'perSecond' ? ours >= row.goal : ours <= row.goal }]
  const toPeers = (Object.entries(row.peers) as [ServerName, number | undefined][]).flatMap(
    ([peer, goal]) => {
      const theirs = servers[peer]?.[row.figure]
      if (theirs === undefined) return []
      const ratio = ours / theirs
      return [{ peer, ours, theirs, ratio, ...(goal !== undefined && { goal, met: ratio <= goal }) }]
    },
  )
  const all = [...own, ...toPeers]
  return all.length > 0 ? all : [{ ours }]
}

function medians(measurements: readonly Measurement[]): Measurement {
  const [first] = measurements
  if (!first) throw new Error('no measurement')
  return Object.fromEntries(
    Object.keys(first).map((key) => [
      key,
      median(measurements.map((each) => each[key as keyof Measurement])),
    ]),
  ) as unknown as Measurement
}

const units: { readonly [F in Figure]: (value: number) => string } = {
  cpuMicros: (value) => `${value.toFixed(value < 100 ? 1 : 0)} µs`,
  rssPerConnection: (value) => `${(value / 1000).toFixed(1)} kB`,
  perSecond: (value) => `${Math.round(value)}/s`,
  p99Millis: (value) => `${value.toFixed(1)} ms`,
}

/** Ours beside each peer and each goal, for people: Markdown. */
export function goalTable(reports: readonly RowReport[]): string {
  const lines = reports.flatMap(({ row, title, figure, comparisons }) =>
    comparisons.map(({ peer, ours, theirs, ratio, goal, met }) => [
      row,
      title,
      units[figure](ours),
      peer ?? '',
      theirs === undefined ? '' : units[figure](theirs),
      ratio === undefined ? '' : ratio.toFixed(2),
      goal === undefined ? '' : peer === undefined ? ownGoal(figure, goal) : `≤ ${goal}`,
      met === undefined ? '' : met ? 'yes' : 'NO',
    ]),
  )
  return markdown(['row', 'work', 'ours', 'peer', 'its figure', 'ratio', 'goal', 'met'], lines)
}

/** Everything that was measured of each server, medians: Markdown. */
export function detailTable(reports: readonly RowReport[]): string {
  const lines = reports.flatMap(({ row, figure, servers }) =>
    Object.entries(servers).map(([server, measured]) =>
      figure === 'rssPerConnection'
        ? [row, server, units.cpuMicros(measured.cpuMicros), '', '', '', '', units[figure](measured[figure])]
        : [
            row,
            server,
            units.cpuMicros(measured.cpuMicros),
            units.perSecond(measured.perSecond),
            units.p99Millis(measured.p50Millis),
            units.p99Millis(measured.p99Millis),
            `${measured.serverCores.toFixed(2)} + ${measured.clientCores.toFixed(2)}`,
            '',
          ],
    ),
  )
  const head = ['row', 'server', 'CPU', 'rate', 'p50', 'p99', 'cores: server + load', 'RSS each']
  return markdown(head, lines)
}

function ownGoal(figure: Figure, goal: number): string {
  return `${figure === 'perSecond' ? '≥' : '≤'} ${units[figure](goal)}`
}

function markdown(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...lines.map((line) => line[column]?.length ?? 0)),
  )
  const format = (line: readonly string[]) =>
    `| ${line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |\n`
  return [format(head), format(widths.map((width) => '-'.repeat(width))), ...lines.map(format)].join('')
}
