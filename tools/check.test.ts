import { execFile } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'

// Faults are planted in a copy, so that the tree under test stays as it is; packages are only linked.
const root = join(import.meta.dirname, '..')
// What other tests write meanwhile is left out: a file may be gone before it is copied.
const leftOut = new Set(['.git', 'node_modules', 'data', 'coverage', join('tests', 'console', 'screenshots')])
let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'quayside-check-'))
  cpSync(root, copy, { recursive: true, filter: (source) => !leftOut.has(relative(root, source)) })
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')
})

afterAll(() => rmSync(copy, { recursive: true, force: true }))

/** Runs one step of the check in the copy, with `content` in `file` for that long. */
async function checkWith(
  file: string,
  content: string,
  step: string,
): Promise<{ code: number; said: string }> {
  const path = join(copy, file)
  const before = readIfThere(path)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content)
  try {
    return await check(step)
  } finally {
    if (before === undefined) rmSync(path)
    else writeFileSync(path, before)
  }
}

function check(step: string): Promise<{ code: number; said: string }> {
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [join(copy, 'tools', 'check.ts'), '--only', step],
      { cwd: copy },
      (_failure, stdout, stderr) => resolve({ code: child.exitCode ?? -1, said: stdout + stderr }),
    )
  })
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw fault
  }
}

test('a forbidden import is refused by file and rule, type-only ones too', async () => {
  const content = "import type { Log } from '../log/log.ts'\nexport type Planted = Log\n"

  const { code, said } = await checkWith('src/session/planted.ts', content, 'imports')

  expect(said).toContain('src/session/planted.ts → src/log/log.ts: session-imports-down')
  expect(code).toBe(1)
})

test('a folder of src/ without a row in the import table is refused', async () => {
  const content = "import { systemClock } from '../base/instant.ts'\nexport const planted = systemClock\n"

  const { code, said } = await checkWith('src/annex/planted.ts', content, 'imports')

  expect(said).toContain('src/annex/planted.ts → src/base/instant.ts: every-folder-has-a-row')
  expect(code).toBe(1)
})

test('a type error is refused by file and line', async () => {
  const { code, said } = await checkWith(
    'src/base/planted.ts',
    "export const planted: number = 'one'\n",
    'types',
  )

  expect(said).toContain('src/base/planted.ts(1,14): error TS2322')
  expect(code).toBe(1)
})

test('a promise that nobody awaits is refused', async () => {
  const content = 'const later = async (): Promise<void> => undefined\nlater()\nexport {}\n'

  const { code, said } = await checkWith('src/base/planted.ts', content, 'lint')

  expect(said).toContain('no-floating-promises')
  expect(code).toBe(1)
})

test('an unformatted file is refused by name', async () => {
  const { code, said } = await checkWith('src/base/planted.ts', 'export const planted = {a:1};\n', 'format')

  expect(said).toContain('src/base/planted.ts')
  expect(code).toBe(1)
})

test('a stale API document is refused by name, with the command that mends it', async () => {
  const { code, said } = await checkWith('openapi/openapi.json', '{}\n', 'generated')

  expect(said).toContain('openapi/openapi.json is stale from line 1 on: run npm run generate')
  expect(code).toBe(1)
})

test('a step that does not exist is refused, not passed', async () => {
  const { code, said } = await check('importz')

  expect(said).toContain('no such step: importz')
  expect(code).toBe(1)
})
