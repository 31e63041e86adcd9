/**
 * `npm run bench`: the table of figures, ours and the peers' in one run. `--only tls-16,connect` narrows it to rows or
 * groups, `--rounds`, `--seconds`, `--devices` and `--alone` make it smaller, `--list` lists the rows.
 * `--against FOLDER` measures another version of ours beside this one. `--profile tls-16`
 * profiles our server under the load of that row instead, and prints the hottest functions of each thread.
 */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { makeFleet } from './fleet.ts'
import { profileRow } from './profile.ts'
import { progress } from './progress.ts'
import { detailTable, goalTable, machine, resultOf, versionOf } from './report.ts'
import { chooseRows, rows } from './rows.ts'
import { type RowResult, runRow } from './run-row.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

const { values } = parseArgs({
  options: {
    only: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '4' },
    devices: { type: 'string' },
    results: { type: 'string', default: join(root, 'bench', 'results') },
    against: { type: 'string' },
    alone: { type: 'boolean', default: false },
    profile: { type: 'string' },
    list: { type: 'boolean', default: false },
  },
})

if (values.list) {
  for (const { name, group, title } of rows)
    process.stdout.write(`${name.padEnd(12)} ${group.padEnd(9)} ${title}\n`)
  process.exit(0)
}

const found = chooseRows(values.profile ?? values.only)
if (typeof found === 'string') {
  process.stderr.write(`no such row or group: ${found}\n`)
  process.exit(1)
}
const chosen = found.map((row) =>
  values.devices === undefined ? row : { ...row, load: { ...row.load, devices: Number(values.devices) } },
)
const seconds = Number(values.seconds)
const fleet = await makeFleet(
  join(root, 'node_modules', '.cache', 'quayside-bench'),
  Math.max(...chosen.map(({ load }) => load.devices)),
)
const timing = { seconds, warmUpSeconds: Math.min(4, seconds), processes: 2 }

if (values.profile !== undefined) {
  for (const row of chosen) {
    const folder = join(values.results, `profile-${row.name}`)
    process.stdout.write(await profileRow(row, { fleet, timing, folder }))
    progress(`written: ${folder}`)
  }
  process.exit(0)
}

const results: [name: string, result: RowResult][] = []
const failed: string[] = []
for (const row of chosen) {
  // A row that fails says so at the end, and does not take the figures of the others with it.
  try {
    const result = await runRow(row, {
      fleet,
      rounds: row.load.mode === 'hold' ? 1 : Number(values.rounds),
      timing,
      withPeers: !values.alone,
      ...(values.against !== undefined && { against: resolve(values.against) }),
    })
    results.push([row.name, result])
  } catch (fault) {
    failed.push(row.name)
    progress(`${row.name} failed: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`)
  }
}
const report = {
  at: new Date().toISOString(),
  version: versionOf(root),
  machine: machine(),
  rows: results.map(([name, result]) => resultOf(name, result)),
}
mkdirSync(values.results, { recursive: true })
const file = join(values.results, `${report.at.slice(0, 19).replaceAll(':', '-')}.json`)
writeFileSync(file, `${JSON.stringify(report, undefined, 2)}\n`)
// What is committed is a whole run: the figures of docs/performance.md.
const isWhole =
  values.only === undefined && values.devices === undefined && !values.alone && failed.length === 0
if (isWhole) copyFileSync(file, join(values.results, 'latest.json'))
process.stdout.write(`${goalTable(report.rows)}\n${detailTable(report.rows)}`)
progress(`written: ${file}`)
if (failed.length > 0)
  process.stdout.write(`Without figures, for the reason told above: ${failed.join(', ')}\n`)
process.exitCode = failed.length > 0 ? 1 : 0
