import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseMarkdown } from '../../tools/check/markdown.ts'
import { startQuayside } from '../support/quayside.ts'

const readme = join(import.meta.dirname, '..', '..', 'README.md')

/** All shell blocks of the README below the heading of the guide, as one script. */
function guideOfReadme(): string {
  const [, guide = ''] = readFileSync(readme, 'utf8').split('## The guide in five minutes')
  const blocks = parseMarkdown(guide.split('\n## ')[0] ?? '').blocks
  return blocks.map(({ text }) => text).join('\n')
}

/** Puts what this run uses in place of what the README names; a name it no longer holds is told. */
function replaceAll(script: string, pairs: Readonly<Record<string, string>>): string {
  return Object.entries(pairs).reduce((text, [from, to]) => {
    expect(text).toContain(from)
    return text.replaceAll(from, to)
  }, script)
}

function runBash(script: string, folder: string): Promise<string> {
  return new Promise((resolve) => {
    const bash = execFile(
      'bash',
      ['-s'],
      { cwd: folder, env: { ...process.env, TMPDIR: folder } },
      (_end, stdout, stderr) =>
        // The exit code is that of the last line; what the lines printed is what a reader sees.
        resolve(`${stdout}\n${stderr}`),
    )
    bash.stdin?.end(script)
  })
}

test("the README's guide, pasted into a shell, ends with the reported battery level and an explained refusal", async () => {
  const quayside = await startQuayside()
  const folder = mkdtempSync(join(tmpdir(), 'quayside-readme-'))
  try {
    const script = replaceAll(guideOfReadme(), {
      'localhost:8080': `localhost:${quayside.ports.http}`,
      '-p 8883': `-p ${quayside.ports.mqtts}`,
      'data/first-start.txt': join(quayside.dataDir, 'first-start.txt'),
    })

    const seen = await runBash(script, folder)

    expect(seen).toContain('"status":true')
    expect(seen).toContain('"batteryLevel":80')
    expect(seen).toContain('"outcome":"refused"')
    expect(seen).toMatch(/"sentence":"[^"]+","remedy":"[^"]+"/)
  } finally {
    await quayside.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
})
