import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../support/temporary-folder.ts'

test('R1: the kernel is asked for the flush of an entry after its write and before anybody is told, and has said yes', () => {
  const folder = temporaryFolder()
  const trace = join(folder, 'trace')
  const writer = fileURLToPath(new URL('../support/traced-writer.ts', import.meta.url))
  const calls = 'trace=openat,pwrite64,write,fdatasync,close'
  const { status, stderr, stdout } = spawnSync(
    'strace',
    ['-f', '-s', '4000', '-e', calls, '-o', trace, process.execPath, writer, join(folder, 'log')],
    { encoding: 'utf8', env: { ...process.env, NODE_OPTIONS: '' } },
  )
  expect([status, stderr]).toEqual([0, expect.not.stringContaining('strace:')])
  expect(stdout).toContain('acknowledged-20-')

  // Of the main thread alone: it writes, flushes and tells; zeros are written by others.
  const lines = readFileSync(trace, 'utf8').split('\n')
  const main = lines[0]?.split(/\s/)[0] ?? ''
  const own = lines
    .filter((line) => line.startsWith(`${main} `))
    .map((line) => line.slice(main.length).trim())
    .join('\n')
    // A call during which another thread made one stands in two pieces; its place is that of its end.
    .replaceAll(/ <unfinished \.\.\.>\n<\.\.\. \w+ resumed>/g, '')
    .split('\n')
  for (let n = 1; n <= 20; n++) {
    const written = own.findIndex((line) => /^pwrite64\(\d+,/.test(line) && line.includes(`entry-${n}-`))
    const told = own.findIndex((line) => line.includes(`acknowledged-${n}-`))
    const file = /^pwrite64\((\d+),/.exec(own[written] ?? '')?.[1]
    const between = own.slice(written + 1, told)
    expect([n, written >= 0, between]).toEqual([
      n,
      true,
      expect.arrayContaining([expect.stringMatching(new RegExp(`^fdatasync\\(${file}\\)\\s*= 0$`))]),
    ])
    // The descriptor is that of a segment.
    const opened = own.slice(0, written).findLast((line) => new RegExp(`^openat\\(.*= ${file}$`).test(line))
    expect(opened).toMatch(/\/log\/\d{16}\.segment"/)
  }
})
