/** Writes every generated file anew: `npm run generate`. */
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { generatedFiles } from './generated.ts'

const root = join(import.meta.dirname, '..')
for (const { path, make } of generatedFiles) {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), await make())
  process.stdout.write(`wrote ${path}\n`)
}
