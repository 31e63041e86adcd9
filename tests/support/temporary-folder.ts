import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** An empty folder that is gone when the current test is over. Open files in it must be closed by then or not matter. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'quayside-test-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}
