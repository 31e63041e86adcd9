import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { runVerb } from './verbs.ts'

/** Runs a verb; gives its exit code and what it wrote to either stream. */
async function run(verb: string, ...argv: string[]): Promise<{ code: number; said: string }> {
  let said = ''
  const write = (text: string | Uint8Array): boolean => {
    said += String(text)
    return true
  }
  const spies = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, 'write').mockImplementation(write),
  )
  try {
    return { code: await runVerb(verb, argv), said }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

for (const argv of [
  ['list', '--foo'],
  ['create', '--description'],
  ['list', '--user=a', '--data-dir'],
])
  test(`credentials ${argv.join(' ')}: an option that is not understood is one sentence and exit code 2`, async () => {
    const { code, said } = await run('credentials', ...argv)

    expect(code).toBe(2)
    expect(said).toMatch(/^Option|^Unknown option/)
    expect(said.trimEnd().split('\n')).toHaveLength(1)
  })

test('an unknown verb is answered with what there is, and exit code 2', async () => {
  const { code, said } = await run('stop')

  expect(code).toBe(2)
  expect(said).toContain('"stop" is not a verb of quayside.')
  expect(said).toContain('Usage: quayside <verb>')
})

for (const verb of ['start', 'credentials', 'simulate', 'doctor'])
  for (const flag of ['--help', '-h'])
    test(`quayside ${verb} ${flag} says what it does, runs nothing, and fits a terminal`, async () => {
      const { code, said } = await run(verb, flag)

      expect(code).toBe(0)
      expect(said).toMatch(new RegExp(`^Usage: quayside ${verb} `))
      expect(said.split('\n').filter((line) => line.length > 125)).toEqual([])
    })

test('the help of simulate names every option that they take', async () => {
  const { said } = await run('simulate', '--help')
  const source = readFileSync(new URL('./simulate/options.ts', import.meta.url), 'utf8')
  const named = [...source.matchAll(/^ {8}'?([a-z-]+)'?: \{ type:/gm)].map(([, name]) => `--${name}`)

  expect(named.length).toBeGreaterThan(15)
  expect(named.filter((name) => !said.includes(name))).toEqual([])
})

test('help says how to start it elsewhere', async () => {
  const { code, said } = await run('help')

  expect(code).toBe(0)
  expect(said).toContain('--http-port 9080')
})
