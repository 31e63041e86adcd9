import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, type Step } from './step.ts'

/** The members of package.json that this check reads. */
export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

/** The members of package-lock.json that this check reads: what is installed, by its path. */
export interface Lock {
  readonly packages: Readonly<
    Record<string, { readonly resolved?: string; readonly hasInstallScript?: boolean }>
  >
}

/** Packages are pinned, run nothing when installed, come from no named host, and each has its line of reason. */
export const dependencies: Step = {
  name: 'dependencies',
  async find() {
    const read = (file: string) => readFileSync(join(root, file), 'utf8')
    const manifest = (file: string) => JSON.parse(read(file)) as Manifest
    const lock = JSON.parse(read('package-lock.json')) as Lock
    // The server is installed without what the console is built with (layout).
    const { dependencies: served = {}, devDependencies } = manifest('console/package.json')
    const inConsole = Object.keys(served).map(
      (name) => `console/package.json: ${name} must stand in devDependencies`,
    )
    const server = manifest('package.json')
    const all = { ...server, devDependencies: { ...server.devDependencies, ...devDependencies } }
    return [...inConsole, ...dependencyProblems(all, lock, read('docs/dependencies.md'))]
  },
}

/** What is wrong with the dependencies; `reasons` is the text of docs/dependencies.md. */
export function dependencyProblems(manifest: Manifest, lock: Lock, reasons: string): readonly string[] {
  const declared = { ...manifest.dependencies, ...manifest.optionalDependencies, ...manifest.devDependencies }
  const explained = new Set([...reasons.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name = '']) => name))
  const problems: string[] = []
  for (const [name, version] of Object.entries(declared)) {
    if (!/^(npm:(@[^@]+|[^@]+)@)?\d+\.\d+\.\d+$/.test(version)) {
      problems.push(`package.json: ${name} must be one exact version, not ${version}`)
    }
    if (!explained.has(name)) problems.push(`docs/dependencies.md: no line says why ${name} is there`)
  }
  for (const name of explained) {
    if (!(name in declared)) problems.push(`docs/dependencies.md: ${name} is not in package.json`)
  }
  for (const [path, { resolved, hasInstallScript }] of Object.entries(lock.packages)) {
    if (hasInstallScript) problems.push(`package-lock.json: ${path} runs a script when it is installed`)
    if (resolved?.includes('://')) problems.push(`package-lock.json: ${path} names the host it came from`)
  }
  return problems
}
