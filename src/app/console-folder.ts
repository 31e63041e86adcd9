import { existsSync } from 'node:fs'
import { join } from 'node:path'

/** Where the built console lies; undefined when it has not been built. */
export function consoleFolder(): string | undefined {
  const folder = join(import.meta.dirname, '..', '..', 'console', 'dist')
  return existsSync(join(folder, 'index.html')) ? folder : undefined
}
