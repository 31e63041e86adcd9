import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { chooseRows, type Row, rows } from './rows.ts'

export interface BenchOptions {
  readonly rows: readonly Row[]
  readonly rounds: number
  readonly seconds: number
  readonly resultsFolder: string
  /** Folder of another version of the product. */
  readonly against: string | undefined
  readonly withPeers: boolean
  readonly isProfile: boolean
  /** All rows with their peers: what is worth keeping as the latest result. */
  readonly isWhole: boolean
}

/** The folder of the repository. */
export const repository = fileURLToPath(new URL('..', import.meta.url))

const usage = `npm run bench -- [OPTION]…
Measures Quayside beside its peers and prints the table of figures; docs/performance.md says how to read it.

  --only WORD,WORD   rows or groups of rows instead of all
  --list             lists the rows
  --alone            without peers
  --against FOLDER   another version of the product beside this one, with its packages installed
  --rounds N         rounds of each row (3); medians are taken over them
  --seconds N        measured seconds of a run (3)
  --devices N        devices of each row, instead of its own number
  --results FOLDER   where the results are written (bench/results)
  --profile WORD     profiles our server under a row's load instead: a .cpuprofile a thread, and the hottest functions
`

/** What the arguments ask for; or the text that answers them, with the exit code. */
export function readOptions(
  argv: readonly string[],
): BenchOptions | { readonly text: string; readonly exitCode: number } {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      only: { type: 'string' },
      list: { type: 'boolean' },
      help: { type: 'boolean' },
      alone: { type: 'boolean' },
      against: { type: 'string' },
      rounds: { type: 'string' },
      seconds: { type: 'string' },
      devices: { type: 'string' },
      results: { type: 'string' },
      profile: { type: 'string' },
    },
  })
  if (values.help) return { text: usage, exitCode: 0 }
  if (values.list) return { text: rows.map(inList).join(''), exitCode: 0 }
  const found = chooseRows(values.profile ?? values.only)
  if (typeof found === 'string') return { text: `no such row or group: ${found}\n`, exitCode: 1 }
  const numbers = { rounds: 3, seconds: 3, devices: undefined as number | undefined }
  for (const name of ['rounds', 'seconds', 'devices'] as const) {
    const raw = values[name]
    if (raw === undefined) continue
    const value = Number(raw)
    if (!(value > 0)) return { text: `--${name} must be a number above 0, not "${raw}"\n`, exitCode: 1 }
    numbers[name] = value
  }
  const { rounds, seconds, devices } = numbers
  return {
    rows: found.map((row) => (devices === undefined ? row : { ...row, load: { ...row.load, devices } })),
    rounds,
    seconds,
    resultsFolder: resolve(values.results ?? join(repository, 'bench', 'results')),
    against: values.against === undefined ? undefined : resolve(values.against),
    withPeers: !values.alone,
    isProfile: values.profile !== undefined,
    isWhole: values.only === undefined && devices === undefined && !values.alone,
  }
}

function inList({ name, group, title }: Row): string {
  return `${name.padEnd(12)} ${group.padEnd(9)} ${title}\n`
}
