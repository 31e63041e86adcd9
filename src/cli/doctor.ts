import { examine } from './doctor/all.ts'
import type { Finding } from './doctor/check.ts'
import { openScene } from './doctor/scene.ts'

/** Connections that a machine is judged for when nobody says how many there will be. */
const CONNECTIONS = 1000
/** As many as `QUAYSIDE_CONNECTIONS_MAX` can be set to. */
const CONNECTIONS_MAX = 1_000_000

/**
 * `quayside doctor …`: is this machine and this data folder fit, and why not? Changes nothing. Exit code 0, also with
 * warnings; 1 when there is a problem; 2 when not understood.
 */
export async function doctor(argv: readonly string[]): Promise<number> {
  const asked = parse(argv)
  if (typeof asked === 'string') {
    process.stderr.write(`${asked}\n`)
    return 2
  }
  const { connections, isJson, settings } = asked
  const { scene, leave } = await openScene(settings, {
    env: process.env,
    cwd: process.cwd(),
    connections,
  })
  let findings: readonly Finding[]
  try {
    findings = await examine(scene)
  } finally {
    leave()
  }
  const count = (level: Finding['level']): number => findings.filter((each) => each.level === level).length
  const counts = { ok: count('ok'), warnings: count('warning'), problems: count('problem') }
  if (isJson)
    process.stdout.write(`${JSON.stringify({ data_dir: scene.dataDir, ...counts, findings }, null, 2)}\n`)
  else process.stdout.write(report(findings, counts))
  return counts.problems > 0 ? 1 : 0
}

/** Ours are taken out; what is left are settings, as `quayside start` takes them. */
function parse(argv: readonly string[]) {
  const settings: string[] = []
  let [connections, isJson] = [String(CONNECTIONS), false]
  for (let index = 0; index < argv.length; index++) {
    const [name = '', inline] = (argv[index] ?? '').split(/=(.*)/s)
    if (name === '--json') isJson = true
    else if (name === '--connections') connections = inline ?? argv[++index] ?? ''
    else settings.push(argv[index] ?? '')
  }
  const number = /^\d{1,7}$/.test(connections) ? Number(connections) : 0
  if (number < 1 || number > CONNECTIONS_MAX)
    return `--connections is a whole number from 1 to ${CONNECTIONS_MAX}, not "${connections}".`
  return { connections: number, isJson, settings }
}

interface Counts {
  readonly ok: number
  readonly warnings: number
  readonly problems: number
}

const colours = { ok: 32, warning: 33, problem: 31 } as const
const marks = { ok: 'ok', warning: 'warning', problem: 'PROBLEM' } as const

function report(findings: readonly Finding[], { ok, warnings, problems }: Counts): string {
  const width = Math.max(...findings.map(({ about }) => about.length))
  const paint = (level: Finding['level'], text: string): string =>
    process.stdout.isTTY && !process.env['NO_COLOR'] ? `\u001b[${colours[level]}m${text}\u001b[0m` : text
  const lines = findings.flatMap(({ about, level, sentence, remedy }) => [
    `${paint(level, marks[level].padEnd(8))} ${about.padEnd(width)}  ${sentence}`,
    ...(remedy ? [`${' '.repeat(9 + width)}  → ${remedy}`] : []),
  ])
  const many = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
  return `${lines.join('\n')}\n\n${ok} ok, ${many(warnings, 'warning')}, ${many(problems, 'problem')}\n`
}
