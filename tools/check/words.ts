import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ourFiles } from './files.ts'
import { root, type Step } from './step.ts'

// What ties a text to one machine or to one mirror of the packages, and so is wrong on any other.
const forbidden: readonly { readonly what: string; readonly pattern: RegExp }[] = [
  {
    what: 'a path of one machine',
    pattern: /(?<![\w.}/])\/(home|root|Users|work|farm|workspace)\/[a-z.]\S*/,
  },
  { what: 'the host of a package registry', pattern: /\bhttps?:\/\/(registry|npm)\.\S*/ },
]
const text = /(^|[/.])(md|ts|mjs|cjs|json|yml|yaml|sh|svg|html|css|txt|npmrc|run)$/

/** No file names a machine's own paths or a package registry. */
export const words: Step = {
  name: 'words',
  async find() {
    const files = ourFiles(root).filter((file) => text.test(file))
    return files.flatMap((file) => wordProblems(file, readFileSync(join(root, file), 'utf8')))
  },
}

/** What `content` says that must not stand in the repository, with line numbers. */
export function wordProblems(file: string, content: string): readonly string[] {
  return content.split('\n').flatMap((line, index) =>
    forbidden.flatMap(({ what, pattern }) => {
      const match = pattern.exec(line)
      return match ? [`${file}:${index + 1}: ${what}: ${match[0].slice(0, 80)}`] : []
    }),
  )
}
