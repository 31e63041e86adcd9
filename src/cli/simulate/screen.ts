import type { RunResult } from '../../simulator/run-fleet.ts'
import type { Statistics } from '../../simulator/statistics.ts'

/** What is seen of a run. */
export interface Screen {
  /** How far something is; shown in place on a terminal, else only when it is done. */
  progress(what: string, done: number, all: number): void
  say(line: string): void
  second(statistics: Statistics, seconds: number): void
}

/** On a terminal a small table that stays in place, elsewhere a line a second. */
export function openScreen(stream: NodeJS.WriteStream): Screen {
  let drawn = 0
  let before = { reports: 0, seconds: 0 }
  const erase = (): string => (drawn > 0 ? `\u001b[${drawn}A\u001b[J` : '')
  const draw = (lines: readonly string[], stays: boolean): void => {
    stream.write(`${erase()}${lines.join('\n')}\n`)
    drawn = stays ? 0 : lines.length
  }
  return {
    progress(what, done, all) {
      const isDone = done >= all
      if (stream.isTTY || isDone) draw([`${what}: ${done} of ${all}`], isDone)
    },
    say: (line) => draw([line], true),
    second(statistics, seconds) {
      const rate = (statistics.reports - before.reports) / Math.max(0.001, seconds - before.seconds)
      before = { reports: statistics.reports, seconds }
      if (stream.isTTY) draw(table(statistics, seconds, rate), false)
      else draw([line(statistics, seconds, rate)], true)
      statistics.lately.clear()
    },
  }
}

const clock = (seconds: number): string => {
  const whole = Math.round(seconds)
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const two = (value: number) => String(value).padStart(2, '0')
  return `${hours > 0 ? `${hours}:` : ''}${two(minutes)}:${two(whole % 60)}`
}

function line(statistics: Statistics, seconds: number, rate: number): string {
  const { connected, devices, refused, reconnects } = statistics
  return [
    clock(seconds),
    `connected ${connected}/${devices}`,
    `${rateText(rate)} reports/s`,
    `PUBACK ${pubacks(statistics.lately)}`,
    `refused ${refused}`,
    `reconnects ${reconnects}`,
  ].join('  ')
}

function table(statistics: Statistics, seconds: number, rate: number): readonly string[] {
  const { connected, devices, reports, acknowledged, refused, reconnects } = statistics
  const rows: readonly (readonly [string, string])[] = [
    ['running', `${clock(seconds)}   (Ctrl-C ends it)`],
    ['connected', `${connected} of ${devices}`],
    ['reports', `${rateText(rate)} a second, ${reports} in all, ${reports - acknowledged} under way`],
    ['PUBACK', pubacks(statistics.lately)],
    ['refused', `${many(refused, 'report')}, ${many(sum(statistics.refusedConnects), 'connection')}`],
    ['reconnects', String(reconnects)],
  ]
  return rows.map(([name, text]) => `  ${name.padEnd(11)} ${text}`)
}

function pubacks(histogram: Statistics['latency']): string {
  const [half, most] = [histogram.percentile(0.5), histogram.percentile(0.99)]
  return half === undefined || most === undefined ? '-' : `p50 ${millis(half)} p99 ${millis(most)}`
}

const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
const rateText = (rate: number): string => (rate < 100 ? rate.toFixed(1) : rate.toFixed(0))
const millis = (value: number): string => `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`
const sum = (counts: ReadonlyMap<unknown, number>): number => counts.values().reduce((a, b) => a + b, 0)

/** The end of a run as an object, for programs. */
export function summaryObject({ statistics, lost, seconds, cpuSeconds }: RunResult) {
  const { latency, refusedConnects, losses, verdicts } = statistics
  const round = (value: number | undefined) => (value === undefined ? null : Number(value.toFixed(2)))
  return {
    devices: statistics.devices,
    devices_connected: statistics.everConnected,
    seconds: round(seconds),
    reports: statistics.reports,
    acknowledged: statistics.acknowledged,
    not_acknowledged: lost,
    held_back: statistics.heldBack,
    puback_ms: { p50: round(latency.percentile(0.5)), p99: round(latency.percentile(0.99)) },
    refused: statistics.refused,
    refused_unexpectedly: statistics.refusedUnexpectedly,
    reconnects: statistics.reconnects,
    chaos: {
      bad: statistics.sentBad,
      clock: statistics.sentWrongClock,
      drops: statistics.dropped,
      reconnect: statistics.ended,
    },
    verdicts: Object.fromEntries([...verdicts].map(([code, { count }]) => [code, count])),
    refused_connections: Object.fromEntries(refusedConnects),
    lost_connections: Object.fromEntries(losses),
    downlinks: statistics.downlinks,
    cpu_seconds: round(cpuSeconds),
    rss_mb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  }
}

/** The end of a run for people. */
export function summaryLines(result: RunResult): readonly string[] {
  const { statistics, lost, seconds, cpuSeconds } = result
  const { reports, acknowledged, latency, devices, everConnected, dropped, ended } = statistics
  const onPurpose = [
    ...(dropped > 0 ? [`${dropped} dropped on purpose`] : []),
    ...(ended > 0 ? [`${ended} ended on purpose`] : []),
  ]
  const rows: (readonly [string, string])[] = [
    ['ran', `${clock(seconds)}, ${rateText(reports / seconds)} reports a second`],
    [
      'reports',
      `${reports} sent, ${acknowledged} acknowledged${lost > 0 ? `, ${lost} NOT acknowledged` : ''}`,
    ],
    ['PUBACK', pubacks(latency)],
    ['refused', refusedText(statistics)],
    [
      'devices',
      `${everConnected} of ${devices} connected, ${many(statistics.reconnects, 'reconnect')}${onPurpose.length > 0 ? ` (${onPurpose.join(', ')})` : ''}`,
    ],
    [
      'simulator',
      `${cpuSeconds.toFixed(1)} s of processor time, ${Math.round(process.memoryUsage.rss() / 2 ** 20)} MB`,
    ],
  ]
  if (statistics.sentWrongClock > 0)
    rows.splice(4, 0, ['clocks', `${many(statistics.sentWrongClock, 'report')} with a wrong time`])
  if (statistics.heldBack > 0)
    rows.push([
      'held back',
      `${many(statistics.heldBack, 'report')}, since too many of their device were unacknowledged`,
    ])
  if (statistics.downlinks > 0) rows.push(['received', `${statistics.downlinks} packets, not answered`])
  return [
    '',
    ...rows.map(([name, text]) => `  ${name.padEnd(11)} ${text}`),
    ...verdictLines(statistics),
    ...countLines('Connections lost:', statistics.losses),
  ]
}

function refusedText({ refused, refusedUnexpectedly, sentBad }: Statistics): string {
  if (refused === 0)
    return sentBad > 0 ? `0 told; ${sentBad} were bad on purpose, which MQTT 3.1.1 cannot say` : '0'
  if (refusedUnexpectedly === 0) return `${refused}, all of them bad on purpose`
  return `${refused}, of which ${refusedUnexpectedly} were NOT bad on purpose`
}

function verdictLines({ verdicts }: Statistics): readonly string[] {
  if (verdicts.size === 0) return []
  const sorted = [...verdicts].sort(([, a], [, b]) => b.count - a.count)
  const width = Math.max(...sorted.map(([code]) => code.length))
  return [
    '',
    'What the platform said of reports that it did not take as they were:',
    ...sorted.map(
      ([code, { count, sentence }]) => `  ${String(count).padStart(4)} × ${code.padEnd(width)}  ${sentence}`,
    ),
  ]
}

function countLines(title: string, counts: ReadonlyMap<string, number>): readonly string[] {
  if (counts.size === 0) return []
  return ['', title, ...[...counts].map(([what, count]) => `  ${String(count).padStart(4)} × ${what}`)]
}
