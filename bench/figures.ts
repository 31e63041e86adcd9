import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from './options.ts'
import { goalTable, type RowReport } from './report.ts'

/** A result as `bench/results/latest.json` holds it. */
export interface Result {
  readonly at: string
  readonly versions: Readonly<Record<string, string>>
  readonly machine: {
    readonly cpu?: string
    readonly cores: number
    readonly memoryBytes: number
    readonly kernel: string
  }
  readonly rounds: number
  readonly seconds: number
  readonly rows: readonly RowReport[]
}

const marks = { begin: '<!-- figures: npm run bench -- --docs -->', end: '<!-- end of figures -->' }

/** Puts the table of the latest result into docs/performance.md, between its marks. */
export function writeFigures(resultsFolder: string): void {
  const result = JSON.parse(readFileSync(join(resultsFolder, 'latest.json'), 'utf8')) as Result
  const file = join(repository, 'docs', 'performance.md')
  writeFileSync(file, withFigures(readFileSync(file, 'utf8'), result))
}

/** `document` with the figures of `result`; throws when it has no marks for them. */
export function withFigures(document: string, result: Result): string {
  const [before, rest] = document.split(marks.begin)
  const after = rest?.split(marks.end)[1]
  if (before === undefined || after === undefined)
    throw new Error('the document has no marks for the figures')
  return `${before}${marks.begin}\n\n${surroundings(result)}\n\n${goalTable(result.rows)}\n${marks.end}${after}`
}

function surroundings({ at, versions, machine, rounds, seconds }: Result): string {
  return (
    `${at.slice(0, 10)}, commit ${versions['quayside'] ?? 'unknown'}; ${rounds} rounds of ${seconds} s; ` +
    `${machine.cores} cores (${machine.cpu ?? 'unknown'}) shared with the load generator, ` +
    `Linux ${machine.kernel}, Node.js ${versions['node']}, OpenSSL ${versions['openssl']}, ` +
    `${versions['mosquitto']}, aedes ${versions['aedes']}.`
  )
}
