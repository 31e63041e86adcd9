import { strToU8, zipSync } from 'fflate'
import type { KitFile } from './kit-facts.ts'

/** All files in one archive, below `folder`; shell scripts may be run. Nothing leaves the browser. */
export function kitZip(folder: string, files: readonly KitFile[]): Uint8Array<ArrayBuffer> {
  const entries = files.map(({ path, text }) => {
    const mode = path.endsWith('.sh') ? 0o755 : path.endsWith('.key') ? 0o600 : 0o644
    // 3 is Unix; the upper half of the attributes is the mode of a regular file.
    return [`${folder}/${path}`, [strToU8(text), { os: 3, attrs: ((0o100_000 | mode) << 16) >>> 0 }]] as const
  })
  return zipSync(Object.fromEntries(entries.map(([path, [bytes, options]]) => [path, [bytes, options]])), {
    level: 6,
  })
}
