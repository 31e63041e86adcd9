/** `npm run bench`: the table of figures, ours and the peers' in one run; options.ts lists what it can be asked for. */
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeFleet } from './fleet.ts'
import { type BenchOptions, readOptions, repository } from './options.ts'
import { profileRow } from './profile.ts'
import { progress } from './progress.ts'
import { detailTable, goalTable, resultOf, type RowReport } from './report.ts'
import { runRow } from './run-row.ts'
import { machine, versions } from './surroundings.ts'

const options = readOptions(process.argv.slice(2))
if ('text' in options) {
  process[options.exitCode === 0 ? 'stdout' : 'stderr'].write(options.text)
  process.exitCode = options.exitCode
} else process.exitCode = await bench(options)

async function bench({ rows, rounds, seconds, resultsFolder, ...options }: BenchOptions): Promise<number> {
  mkdirSync(resultsFolder, { recursive: true })
  const devices = Math.max(...rows.map(({ load }) => load.devices))
  const fleet = await makeFleet(join(repository, 'node_modules', '.cache', 'quayside-bench'), devices)
  const timing = { seconds, warmUpSeconds: Math.min(3, seconds), processes: 2 }
  if (options.isProfile) {
    for (const row of rows) {
      const folder = join(resultsFolder, `profile-${row.name}`)
      process.stdout.write(await profileRow(row, { fleet, timing, folder }))
      progress(`written: ${folder}`)
    }
    return 0
  }

  const reports: RowReport[] = []
  const failed: string[] = []
  for (const row of rows) {
    // A row that fails says so at the end, and does not take the figures of the others with it.
    try {
      // Memory hardly differs from one fresh process to the next, and opening 5,000 connections takes its time.
      const once = row.load.mode === 'hold'
      const { withPeers, against } = options
      const result = await runRow(row, { fleet, rounds: once ? 1 : rounds, timing, withPeers, against })
      reports.push(resultOf(row, result))
    } catch (fault) {
      failed.push(row.name)
      progress(
        `${row.name} failed: ${fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)}`,
      )
    }
  }
  const at = new Date().toISOString()
  const file = join(resultsFolder, `${at.slice(0, 19).replaceAll(':', '-')}.json`)
  const result = { at, versions: versions(), machine: machine(), rounds, seconds, failed, rows: reports }
  writeFileSync(file, `${JSON.stringify(result, undefined, 2)}\n`)
  // What is committed is a whole run: the figures of docs/performance.md.
  if (options.isWhole && failed.length === 0) copyFileSync(file, join(resultsFolder, 'latest.json'))
  process.stdout.write(`${goalTable(reports)}\n${detailTable(reports)}`)
  progress(`written: ${file}`)
  if (failed.length > 0)
    process.stdout.write(`\nWithout figures, for the reason told above: ${failed.join(', ')}\n`)
  return failed.length > 0 ? 1 : 0
}
