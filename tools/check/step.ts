import { execFile } from 'node:child_process'
import { join } from 'node:path'

/** The repository's root folder; every path a check prints is relative to it. */
export const root = join(import.meta.dirname, '..', '..')

/** One thing that `npm run check` looks at. */
export interface Step {
  readonly name: string
  /** Resolves with what is wrong, a line or block of text each; empty when all is well. */
  find(): Promise<readonly string[]>
}

/** Runs a package's script on this Node.js in the root folder; what it printed is the problem when it fails. */
export function problemsOfTool(script: string, args: readonly string[]): Promise<readonly string[]> {
  return new Promise((resolve) => {
    const file = join(root, 'node_modules', script)
    const options = { cwd: root, maxBuffer: 64 * 1024 * 1024 }
    execFile(process.execPath, [file, ...args], options, (failure, stdout, stderr) => {
      resolve(failure ? [`${stdout}${stderr}`.trim() || failure.message] : [])
    })
  })
}
