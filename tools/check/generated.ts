import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type GeneratedFile, generatedFiles } from '../generated.ts'
import { root, type Step } from './step.ts'

/** Generated files say what their sources say. */
export const generated: Step = {
  name: 'generated',
  async find() {
    const problems = await Promise.all(generatedFiles.map(problemOf))
    return problems.filter((problem) => problem !== undefined)
  },
}

async function problemOf({ path, make }: GeneratedFile): Promise<string | undefined> {
  const committed = await readFile(join(root, path), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw cause
  })
  const fresh = await make()
  if (committed === fresh) return undefined
  const state =
    committed === undefined ? 'is missing' : `is stale from line ${firstDifference(committed, fresh)} on`
  return `${path} ${state}: run npm run generate and commit it`
}

function firstDifference(committed: string, fresh: string): number {
  const lines = fresh.split('\n')
  const index = committed.split('\n').findIndex((line, at) => line !== lines[at])
  return (index === -1 ? lines.length : index) + 1
}
