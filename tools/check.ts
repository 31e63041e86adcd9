/**
 * `npm run check`: what a machine can judge. Every step runs, whatever the others say; the exit code is 1 when one
 * fails. `--only imports,format` runs some of them.
 */
import { parseArgs } from 'node:util'
import { dependencies } from './check/dependencies.ts'
import { documents } from './check/documents.ts'
import { generated } from './check/generated.ts'
import { imports } from './check/imports.ts'
import { problemsOfTool, type Step } from './check/step.ts'
import { words } from './check/words.ts'

const steps: readonly Step[] = [
  // By its path: both TypeScripts claim .bin/tsc, and the other one is there only for dependency-cruiser.
  {
    name: 'types',
    async find() {
      // The console has browser types, the server has none.
      const problems = await Promise.all(['.', 'console'].map(typeProblems))
      return problems.flat()
    },
  },
  { name: 'lint', find: () => problemsOfTool('.bin/oxlint', ['--type-aware', '--deny-warnings']) },
  { name: 'format', find: () => problemsOfTool('.bin/oxfmt', ['--check', '.']) },
  imports,
  generated,
  documents,
  dependencies,
  words,
]

function typeProblems(project: string): Promise<readonly string[]> {
  return problemsOfTool('typescript-native/bin/tsc', ['-p', project, '--pretty', 'false'])
}

const { values } = parseArgs({ options: { only: { type: 'string' } } })
const only = values.only?.split(',')
const chosen = steps.filter(({ name }) => only?.includes(name) ?? true)
const unknown = only?.filter((name) => !steps.some((step) => step.name === name)) ?? []
if (unknown.length > 0) {
  process.stderr.write(
    `no such step: ${unknown.join(', ')}; there are ${steps.map(({ name }) => name).join(', ')}\n`,
  )
  process.exit(1)
}

const failed: string[] = []
for (const step of chosen) {
  const began = performance.now()
  const problems = await problemsOf(step)
  const seconds = ((performance.now() - began) / 1000).toFixed(1)
  if (problems.length > 0) failed.push(step.name)
  process.stdout.write(
    `${problems.length > 0 ? 'FAILED' : 'ok    '} ${step.name.padEnd(13)} ${seconds.padStart(5)} s\n`,
  )
  for (const problem of problems) process.stdout.write(`${problem.replace(/^/gm, '       ')}\n`)
}
process.stdout.write(
  failed.length > 0 ? `check failed: ${failed.join(', ')}\n` : `check passed: ${chosen.length} steps\n`,
)
process.exitCode = failed.length > 0 ? 1 : 0

// A step that breaks down has not passed.
async function problemsOf(step: Step): Promise<readonly string[]> {
  try {
    return await step.find()
  } catch (fault) {
    return [fault instanceof Error ? (fault.stack ?? fault.message) : String(fault)]
  }
}
