import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { DeviceId, Position } from '../src/base/ids.ts'
import { seqOf } from '../src/domain/history/seq.ts'
import { type HistoryStore, openHistoryStore } from '../src/store/history/history-store.ts'

/*
 * What history costs: `node bench/history.ts [--million 10] [--year]`, the latter for charts alone. CPU time of the whole process, so that a busy machine
 * changes little.
 */

const { values: options } = parseArgs({
  options: {
    million: { type: 'string', default: '10' },
    year: { type: 'boolean', default: false },
    folder: { type: 'string', default: tmpdir() },
  },
})
const MINUTE = 60_000
const START = Date.UTC(2025, 9, 1)
const print = (line: string): boolean => process.stdout.write(`${line}\n`)

/** A small generator of its own: the same values in every run, and it costs 5 ns. */
function random(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0
    return (state >>> 0) / 2 ** 32
  }
}

const cpuSeconds = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

class Run {
  readonly folder = mkdtempSync(join(options.folder, 'quayside-bench-'))
  readonly store: HistoryStore
  #now = START
  /** Milliseconds of CPU of each slice. */
  readonly slices: number[] = []

  constructor() {
    this.store = openHistoryStore({ folder: this.folder, clock: { now: () => this.#now } })
  }

  at(now: number): void {
    this.#now = now
  }

  slice(): boolean {
    const began = process.cpuUsage()
    const more = this.store.work()
    const { user, system } = process.cpuUsage(began)
    this.slices.push((user + system) / 1000)
    return more
  }

  foldWhenDue(position: number): void {
    if (this.store.isDue(0)) this.store.beginFold(position as Position)
    if (this.store.hasWork) this.slice()
  }

  foldAll(position: number): void {
    while (this.slice());
    this.store.beginFold(position as Position)
    while (this.slice());
  }

  end(): void {
    this.store.close()
    rmSync(this.folder, { recursive: true })
  }
}

interface Fleet {
  readonly name: string
  readonly devices: number
  readonly properties: number
  readonly everyMillis: number
  readonly next: (last: number, random: () => number) => number
}

const walk = (last: number, random: () => number): number =>
  Math.round((last + (random() - 0.5) * 2) * 10) / 10
const fleets: readonly Fleet[] = [
  { name: '1,000 devices × 10, each second', devices: 1000, properties: 10, everyMillis: 1000, next: walk },
  {
    name: '10,000 devices × 10, each minute',
    devices: 10_000,
    properties: 10,
    everyMillis: MINUTE,
    next: walk,
  },
  {
    name: '10,000 devices × 1, each minute',
    devices: 10_000,
    properties: 1,
    everyMillis: MINUTE,
    next: walk,
  },
  {
    name: '1,000 devices × 10, random doubles',
    devices: 1000,
    properties: 10,
    everyMillis: 1000,
    next: (_, random) => random() * 100,
  },
  {
    name: '1,000 devices × 1, random doubles',
    devices: 1000,
    properties: 1,
    everyMillis: 1000,
    next: (_, random) => random() * 100,
  },
]

/** Adds and folds, and says for each million points what it cost. */
async function measureFleet(
  { name, devices, properties, everyMillis, next }: Fleet,
  million: number,
): Promise<void> {
  const run = new Run()
  const draw = random(7)
  const names = Array.from({ length: properties }, (_, n) => `property_${n}`)
  const series = Array.from({ length: devices }, (_, n) => {
    const made = run.store.series(`device-${n}` as DeviceId, 'sensor')
    return {
      series: made,
      columns: names.map((property) => made.column(property)),
      last: names.map(() => 20),
    }
  })
  // What the values themselves cost to make is no cost of history.
  const makeCosts = costOfValues(next, draw)
  let [position, points, addCpu] = [0, 0, 0]
  const perMillion: number[] = []
  let cpu = cpuSeconds()
  for (let time = START; points < million * 1e6; time += everyMillis) {
    const before = process.cpuUsage()
    for (const { series: to, columns, last } of series) {
      const jitter = Math.floor(draw() * 50)
      to.row(time + jitter, time + jitter + 5, seqOf(++position as Position, 0), 1)
      for (const column of columns) to.number(column, (last[column] = next(last[column] ?? 0, draw)))
      points += columns.length
    }
    const { user, system } = process.cpuUsage(before)
    addCpu += (user + system) / 1e6
    run.at(time)
    run.foldWhenDue(position)
    if (points >= (perMillion.length + 1) * 1e6) {
      perMillion.push(cpuSeconds() - cpu)
      cpu = cpuSeconds()
    }
  }
  const began = cpuSeconds()
  run.foldAll(position)
  const total =
    perMillion.reduce((sum, seconds) => sum + seconds, 0) + cpuSeconds() - began - makeCosts * points
  const { bytes, points: stored } = await run.store.stats()
  print(
    `${name}: ${Math.round(points / total / 1000)} k points/s folded, add ${((addCpu / points - makeCosts) * 1e6).toFixed(3)} µs a point, ` +
      `${(bytes / stored).toFixed(2)} MB per million, slices ${quantiles(run.slices)} ms`,
  )
  const fifth = Math.max(1, Math.floor(perMillion.length / 5))
  print(
    `  seconds a million: ${Array.from({ length: Math.ceil(perMillion.length / fifth) }, (_, n) =>
      (
        perMillion.slice(n * fifth, (n + 1) * fifth).reduce((sum, one) => sum + one, 0) /
        Math.min(fifth, perMillion.length - n * fifth)
      ).toFixed(2),
    ).join(' → ')}`,
  )
  run.end()
}

/** Median, 99th of a hundred, longest. */
function quantiles(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  return [0.5, 0.99, 1].map((part) => sorted[Math.ceil(part * sorted.length) - 1]?.toFixed(0)).join(' / ')
}

function costOfValues(next: Fleet['next'], draw: () => number): number {
  const began = cpuSeconds()
  let last = 0
  for (let n = 0; n < 2_000_000; n++) last = next(last, draw)
  return (cpuSeconds() - began) / 2_000_000
}

/** A year of one property at a report a minute, beside nine others, and what charts of it cost. */
async function measureYear(properties: number): Promise<void> {
  const run = new Run()
  const draw = random(11)
  const deviceId = 'device' as DeviceId
  const to = run.store.series(deviceId, 'sensor')
  const columns = Array.from({ length: properties }, (_, n) => to.column(`property_${n}`))
  const last = columns.map(() => 20)
  const rows = 525_600
  for (let n = 0; n < rows; n++) {
    const time = START + n * MINUTE + Math.floor(draw() * 50)
    to.row(time, time + 5, seqOf((n * 5000 + Math.floor(draw() * 100)) as Position, 0), 1)
    for (const column of columns) to.number(column, (last[column] = walk(last[column] ?? 0, draw)))
    if (n % 600 !== 0) continue
    run.at(time)
    run.foldWhenDue(n * 5000 + 100)
  }
  run.foldAll(rows * 5000)
  const { bytes, points } = await run.store.stats()
  print(
    `a year of ${properties} properties, a report a minute: ${(bytes / points).toFixed(2)} MB per million`,
  )
  const end = START + rows * MINUTE
  const month = { start: START + 150 * 86_400_000, end: START + 181 * 86_400_000 }
  for (const [name, range] of [
    ['year', { start: START, end }],
    ['month', month],
  ] as const)
    for (const buckets of [300, 1000]) {
      const times: number[] = []
      for (let n = 0; n < 7; n++) {
        const began = cpuSeconds()
        const found = await run.store.buckets({
          deviceId,
          serviceId: 'sensor',
          property: 'property_0',
          ...range,
          buckets,
        })
        if (found.length !== buckets) throw new Error(`${found.length} buckets`)
        times.push((cpuSeconds() - began) * 1000)
      }
      print(
        `  ${name} in ${buckets} buckets: first ${times[0]?.toFixed(0)} ms, then ${times.toSorted((a, b) => a - b)[3]?.toFixed(0)} ms CPU`,
      )
    }
  const began = cpuSeconds()
  let read = 0
  for await (const row of run.store.scan({ deviceId, order: 'desc' }))
    if (row.seq >= 0 && ++read === 100) break
  print(`  the newest 100 points: ${((cpuSeconds() - began) * 1000).toFixed(0)} ms CPU`)
  run.end()
}

for (const fleet of options.year ? [] : fleets) await measureFleet(fleet, Number(options.million))
for (const properties of [1, 10]) await measureYear(properties)
