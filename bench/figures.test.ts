import { expect, test } from 'vitest'
import { type Result, withFigures } from './figures.ts'
import { compare } from './report.ts'
import { rows } from './rows.ts'

const measured = (cpuMicros: number) => ({
  operations: 1000,
  cpuMicros,
  perSecond: 40_000,
  p50Millis: 1,
  p99Millis: 60,
  rssPerConnection: 0,
  pssPerConnection: 0,
  serverCores: 1,
  clientCores: 1,
})
const rowOf = (name: string) => {
  const row = rows.find((each) => each.name === name)
  if (!row) throw new Error(`no row ${name}`)
  return row
}

test('a ratio to a peer meets its goal when it is no larger, and a peer without a goal is only shown', () => {
  const servers = { ours: measured(5), mosquitto: measured(20), diy: measured(10), nats: measured(5) }

  const found = compare(rowOf('tls-16'), servers)

  expect(found).toMatchObject([
    { peer: 'mosquitto', ratio: 0.25, goal: 0.35, met: true },
    { peer: 'diy', ratio: 0.5, goal: 0.25, met: false },
    { peer: 'nats', ratio: 1 },
  ])
  expect(found[2]).not.toHaveProperty('met')
})

test('a rate meets its goal when it is no smaller, a latency when it is no larger', () => {
  const servers = { 'ours-default': measured(5) }
  expect(compare(rowOf('throughput'), servers)).toMatchObject([{ ours: 40_000, goal: 50_000, met: false }])
  expect(compare(rowOf('latency'), servers)).toMatchObject([{ ours: 60, goal: 50, met: false }])
})

test('the figures of a result take the place of those in the document, however often', () => {
  const result: Result = {
    at: '2026-11-23T05:58:05.000Z',
    versions: {
      quayside: 'abc1234',
      node: '26.10.0',
      openssl: '3.5.8',
      mosquitto: 'mosquitto 2',
      aedes: '1',
    },
    machine: { cores: 2, memoryBytes: 1, kernel: '6.1' },
    rounds: 3,
    seconds: 3,
    rows: [
      {
        row: 'tls-16',
        title: 'report over TLS',
        figure: 'cpuMicros',
        servers: {},
        comparisons: [{ peer: 'mosquitto', ours: 5, theirs: 20, ratio: 0.25, goal: 0.35, met: true }],
      },
    ],
  }
  const document = 'before\n<!-- figures: npm run bench -- --docs -->\nold\n<!-- end of figures -->\nafter\n'

  const once = withFigures(document, result)

  expect(once).toMatch(/^before\n[^]*commit abc1234[^]*\| 0[.]25 {2}\| ≤ 0[.]35 \| yes \|[^]*\nafter\n$/)
  expect(once).not.toContain('old')
  expect(withFigures(once, result)).toBe(once)
  expect(() => withFigures('no marks', result)).toThrow('marks')
})
