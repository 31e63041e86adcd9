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
const cruisedFolders = ['src', 'console/src', 'bench']
const plantBreaks = ['domain-imports-down', 'pure-folders-do-no-io']
// The console's rows are looked at too: a feature may not know the pages that compose it, nor the server.
const consolePlantFolder = join(root, 'console', 'src', 'features')
const consolePlantText = `import type { Store } from '../../../src/store/store.ts'
import '../app/main.tsx'
export const planted: Store | undefined = undefined
`
const consolePlantBreaks = ['console-features-imports-down', 'console-talks-http']

/** The import table of .dependency-cruiser.cjs, with proof that it was looked at. */
export const imports: Step = { name: 'imports', find: findForbiddenImports }

async function findForbiddenImports(): Promise<readonly string[]> {
  removePlants() // one may be left by a run that was killed
  const plant = `planted-by-the-import-check-${process.pid}.ts`
  writeFileSync(join(plantFolder, plant), plantText)
  writeFileSync(join(consolePlantFolder, plant), consolePlantText)
  try {
    const { modules, summary } = await cruiseSources()
    const isPlant = (violation: IViolation) => violation.from.endsWith(`/${plant}`)
    const found = summary.violations.filter((violation) => !isPlant(violation)).map(describe)
    const refused = new Set(summary.violations.filter(isPlant).map(({ rule }) => rule.name))
    const missed = [...plantBreaks, ...consolePlantBreaks].filter((rule) => !refused.has(rule))
    const cruised = new Set(modules.map(({ source }) => source))
    const unread = cruisedFolders
      .flatMap((folder) => ourFiles(root, folder))
      .filter((file) => /[.]tsx?$/.test(file) && !cruised.has(file))
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
  const { output } = await cruise(
    [...cruisedFolders],
    { ...options, baseDir: root, validate: true },
    undefined,
    {
      tsConfig: extractTSConfig(join(root, 'tsconfig.json')),
    },
  )
  if (typeof output === 'string')
    throw new Error('dependency-cruiser answered with text where a result was asked for')
  return output
}

function describe({ from, to, rule, cycle }: IViolation): string {
  const way = cycle ? cycle.map(({ name }) => name).join(' → ') : to
  return `${from} → ${way}: ${rule.name}`
}

function removePlants(): void {
  for (const folder of [plantFolder, consolePlantFolder])
    for (const name of readdirSync(folder))
      if (plantName.test(name)) rmSync(join(folder, name), { force: true })
}
