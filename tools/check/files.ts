import { readdirSync } from 'node:fs'
import { join } from 'node:path'

// Folders that hold no source: installed, written by the running product, or measured.
const notOurs = new Set(['.git', 'node_modules', 'data', 'coverage', 'dist', 'screenshots'])

/** Paths of all files below `root` that are ours, relative to it, with `/` between the parts, sorted. */
export function ourFiles(root: string, folder = ''): readonly string[] {
  return readdirSync(join(root, folder), { withFileTypes: true })
    .flatMap((entry) => {
      const path = folder ? `${folder}/${entry.name}` : entry.name
      if (entry.isFile()) return [path]
      return entry.isDirectory() && !notOurs.has(entry.name) && !entry.name.startsWith('.dist-')
        ? ourFiles(root, path)
        : []
    })
    .toSorted()
}
