import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseMarkdown } from '../../tools/check/markdown.ts'
import { startQuayside } from '../support/quayside.ts'

const readme = readFileSync(join(import.meta.dirname, '..', '..', 'README.md'), 'utf8')

/** All shell blocks of the README below a heading, as one script. */
function linesBelow(heading: string): string {
  const [, section] = readme.split(`\n## ${heading}\n`)
  expect(section).toBeDefined()
  const blocks = parseMarkdown(section?.split('\n## ')[0] ?? '').blocks
  return blocks.map(({ text }) => text).join('\n')
}

/** Puts what this run uses in place of what the README names; a name it no longer holds is told. */
function replaceAll(script: string, pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs).reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replaceAll(from, to)
  }, script)
}

/** What a reader sees who pastes `script` into `shell`. */
function run(shell: string, script: string, folder: string): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      shell,
      ['-s'],
      { cwd: folder, env: { ...process.env, TMPDIR: folder } },
      // The exit code is that of the last line; what the lines printed is what counts.
      (_end, stdout, stderr) => resolve({ stdout, stderr }),
    )
    child.stdin?.end(script)
  })
}

for (const shell of ['bash', 'sh'])
  test(`the README's guide, pasted into ${shell}, ends with the reported battery level and an explained refusal, and what it says to try next works`, async () => {
    const quayside = await startQuayside()
    const folder = mkdtempSync(join(tmpdir(), 'quayside-readme-'))
    try {
      const guide = linesBelow('The guide in five minutes, by shell')
      const script = replaceAll(`${guide}\necho "-- next"\n${linesBelow('What to try next')}`, {
        'localhost:8080': `localhost:${quayside.ports.http}`,
        '-p 8883': `-p ${quayside.ports.mqtts}`,
        'data/first-start.txt': join(quayside.dataDir, 'first-start.txt'),
      })

      const { stdout, stderr } = await run(shell, script, folder)

      const [guided = '', next = ''] = stdout.split('-- next\n')
      expect(guided).toContain('{}\ntrue\n')
      expect(guided).toContain('"batteryLevel": 80')
      const explained = guided.slice(guided.indexOf("The certificate 'stranger'"))
      const flat = (text: string) => text.replace(/\s+/g, ' ').trim()
      // What the README shows as its end is what it ends with.
      expect(flat(readme)).toContain(flat(explained))
      expect(stderr).toContain('must be at most 100; 420 is above')
      expect(next).toContain("The certificate 'stranger' is signed by its own key, not by a CA.")
      expect(next).toContain("The product model has no service 'battery'.")
      expect(next).toContain('"version": 1,')
      expect(next).toContain('"value": 80')
      expect(next).toContain('"code":"report-stored"')
      expect(next).toContain('"code":"value-above-max"')
      expect(`${stdout}${stderr}`).not.toMatch(/not found|syntax error|bad substitution|error_code/i)
    } finally {
      await quayside.dispose()
      rmSync(folder, { recursive: true, force: true })
    }
  })
