import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ICruiseResult, type IViolation, cruise } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { ourFiles } from './files.ts'
import { root, type Step } from './step.ts'

// Seen once: without a TypeScript it can use, dependency-cruiser reports "no violations (0 modules)". So a file that
// breaks two rules, one of them by a type-only import, is planted for the time of the run and must be refused.
const plantName = /^planted-by-the-import-check-\d+[.]ts$/
const plantFolder = join(root, 'src', 'domain')
const plantText = `import type { Store } from '../store/store.ts'
import { readFileSync } from 'node:fs'
export const planted = (store: Store) => readFileSync(String(store))
`
const plantBreaks = ['domain-imports-down', 'pure-folders-do-no-io']

/** The import table of .dependency-cruiser.cjs, with proof that it was looked at. */
export const imports: Step = { name: 'imports', find: findForbiddenImports }

async function findForbiddenImports(): Promise<readonly string[]> {
  removePlants() // one may be left by a run that was killed
  const plant = `planted-by-the-import-check-${process.pid}.ts`
  writeFileSync(join(plantFolder, plant), plantText)
  try {
    const { modules, summary } = await cruiseSources()
    const isPlant = (violation: IViolation) => violation.from.endsWith(`/${plant}`)
    const found = summary.violations.filter((violation) => !isPlant(violation)).map(describe)
    const refused = new Set(summary.violations.filter(isPlant).map(({ rule }) => rule.name))
    const missed = plantBreaks.filter((rule) => !refused.has(rule))
    const cruised = new Set(modules.map(({ source }) => source))
    const unread = ourFiles(root, 'src').filter((file) => file.endsWith('.ts') && !cruised.has(file))
    return [
      ...found,
      ...missed.map((rule) => `the check looked away: a planted import that breaks ${rule} was not refused`),
      ...unread.map((file) => `the check looked away: ${file} was not read`),
    ]
  } finally {
    removePlants()
  }
}

async function cruiseSources(): Promise<ICruiseResult> {
  const options = await extractDepcruiseOptions(join(root, '.dependency-cruiser.cjs'))
  const { output } = await cruise(['src'], { ...options, baseDir: root, validate: true }, undefined, {
    tsConfig: extractTSConfig(join(root, 'tsconfig.json')),
  })
  if (typeof output === 'string')
    throw new Error('dependency-cruiser answered with text where a result was asked for')
  return output
}

function describe({ from, to, rule, cycle }: IViolation): string {
  const way = cycle ? cycle.map(({ name }) => name).join(' → ') : to
  return `${from} → ${way}: ${rule.name}`
}

function removePlants(): void {
  for (const name of readdirSync(plantFolder)) {
    if (plantName.test(name)) rmSync(join(plantFolder, name), { force: true })
  }
}
