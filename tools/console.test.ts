import { execFile } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from 'vitest'

// A small console in a copy of what builds it; packages are only linked.
const root = join(import.meta.dirname, '..')
let copy = ''

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'quayside-build-'))
  for (const file of [
    'package.json',
    'package-lock.json',
    'tools/node.mjs',
    'tools/console.mjs',
    'console/package.json',
  ])
    cpSync(join(root, file), join(copy, file))
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'), 'dir')
  mkdirSync(join(copy, 'console', 'src'))
  writeFileSync(join(copy, 'console', 'index.html'), '<script type="module" src="/src/main.ts"></script>')
  writeMain("document.title = 'first'")
})
afterAll(() => rmSync(copy, { recursive: true, force: true }))

const writeMain = (text: string) => writeFileSync(join(copy, 'console', 'src', 'main.ts'), text)

/** Calls a function of console.mjs in a process of its own; answers what it said. */
function build(call = 'buildConsole'): Promise<string> {
  const code = `const { Stop } = await import('./tools/node.mjs')
    const m = await import('./tools/console.mjs')
    try { m.${call}() } catch (fault) { if (!(fault instanceof Stop)) throw fault; console.log('Stop: ' + fault.message) }`
  return new Promise((resolve) => {
    execFile(process.execPath, ['--input-type=module', '-e', code], { cwd: copy }, (_end, stdout, stderr) =>
      resolve(stdout + stderr),
    )
  })
}

const dist = () => join(copy, 'console', 'dist')
const script = (): string => {
  const assets = join(dist(), 'assets')
  const name = readdirSync(assets).find((file) => file.endsWith('.js')) ?? ''
  return join(assets, name)
}

test('the console is built once, with compressed files beside, and again only when its sources change', async () => {
  expect(await build()).toContain('Building the console')
  const first = script()
  expect(readFileSync(first, 'utf8')).toContain('first')
  expect(gunzipSync(readFileSync(`${first}.gz`)).toString()).toBe(readFileSync(first, 'utf8'))
  expect(existsSync(`${first}.br`)).toBe(true)

  expect(await build()).toBe('')
  writeFileSync(join(copy, 'console', 'src', 'main.test.ts'), '// no part of what is built')
  expect(await build()).toBe('')

  writeMain("document.title = 'second'")
  expect(await build()).toContain('Building the console')
  expect(readFileSync(script(), 'utf8')).toContain('second')
  expect(readdirSync(join(copy, 'console')).filter((name) => name.startsWith('.dist-'))).toEqual([])
})

test('a build that fails leaves the console that was there, and the platform starts with it', async () => {
  const before = readFileSync(script(), 'utf8')
  writeMain('this is no TypeScript (')

  expect(await build()).toContain('Stop: The console could not be built')
  expect(await build('buildConsoleIfPossible')).toContain('Starting with the one that was built before')

  expect(readFileSync(script(), 'utf8')).toBe(before)
})

test('where there are no sources there is nothing to build', async () => {
  rmSync(join(copy, 'console', 'src'), { recursive: true })

  expect(await build()).toBe('')
})
