import { spawnSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import type { RowReport } from './report.ts'

test('a row of the bench runs: real devices report over TLS, all is stored, and the figures are written', () => {
  const results = mkdtempSync(join(tmpdir(), 'quayside-bench-test-'))
  onTestFinished(() => rmSync(results, { recursive: true, force: true }))
  const args = ['--only', 'tls-1', '--alone', '--devices', '5', '--rounds', '1', '--seconds', '0.5']
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [new URL('main.ts', import.meta.url).pathname, ...args, '--results', results],
    { encoding: 'utf8' },
  )
  expect({ status, stderr }).toMatchObject({ status: 0 })
  const [file = ''] = readdirSync(results)
  const { rows } = JSON.parse(readFileSync(join(results, file), 'utf8')) as { rows: readonly RowReport[] }
  expect(rows).toMatchObject([{ row: 'tls-1', servers: { ours: {} } }])
  expect(rows[0]?.servers.ours?.operations).toBeGreaterThan(0)
  expect(stdout).toContain('tls-1')
})

test('--list names the rows, and a row that is not there is refused by name', () => {
  const main = new URL('main.ts', import.meta.url).pathname
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, ...args], { encoding: 'utf8' })
  expect(run('--list').stdout).toMatch(/^tls-16 +reports/m)
  expect(run('--only', 'tls-17')).toMatchObject({ status: 1, stderr: 'no such row or group: tls-17\n' })
})
