import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { pathToFileURL } from 'node:url'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const url = pathToFileURL(join(import.meta.dirname, 'node.mjs')).href

/** A process of its own that has the helpers as `m`, as the launcher does; its stdout is read by the test. */
function helper(script: string): ChildProcess & { stdout: NodeJS.ReadableStream } {
  const code = `import * as m from ${JSON.stringify(url)}\n${script}`
  const child = spawn(process.execPath, ['--input-type=module', '-e', code], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  if (!child.stdout) throw new Error('the helper has no stdout')
  return Object.assign(child, { stdout: child.stdout })
}

async function answer(script: string): Promise<string> {
  const { stdout } = helper(script)
  let said = ''
  for await (const chunk of stdout) said += String(chunk)
  return said.trim()
}

/** Starts a child through `run` that says `up`, then sends the launcher SIGTERM; resolves with the exit code. */
async function codeAfterSigterm(childScript: string): Promise<unknown> {
  const launcher = helper(
    `process.exit(await m.run(process.execPath, ['-e', ${JSON.stringify(childScript)}]))`,
  )
  await once(launcher.stdout, 'data')
  launcher.kill('SIGTERM')
  const [code] = (await once(launcher, 'close')) as unknown[]
  return code
}

test('R7 the launcher passes SIGTERM on and ends with the code of the server', async () => {
  const code = await codeAfterSigterm(
    "process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); process.stdout.write('up')",
  )

  expect(code).toBe(7)
})

test('a server that a signal ended gives 128 and the number of the signal, as in a shell', async () => {
  const code = await codeAfterSigterm("setInterval(() => {}, 1000); process.stdout.write('up')")

  expect(code).toBe(128 + 15)
})

test('Node.js 24.15 up to but not 27 is fit', async () => {
  const versions = ['20.20.2', '22.23.3', '24.14.9', '24.15.0', '25.0.0', '26.10.0', '27.0.0']

  const fit = await answer(`console.log(${JSON.stringify(versions)}.filter(m.isFit).join())`)

  expect(fit).toBe('24.15.0,25.0.0,26.10.0')
})

test('a stop shows its one sentence, no stack, and exits with 1', async () => {
  const child = spawn(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import * as m from ${JSON.stringify(url)}; await m.exitWith(async () => { throw new m.Stop('Do this.') })`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let said = ''
  for await (const chunk of child.stderr) said += String(chunk)

  expect(said).toBe('Do this.\n')
  expect(child.exitCode ?? (await once(child, 'close'))[0]).toBe(1)
})
