import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'

const importAndTell = `
import { registerHooks } from 'node:module'
const seen = []
registerHooks({ load(url, context, next) { seen.push(url); return next(url, context) } })
await import(process.argv[1])
process.stdout.write(JSON.stringify(seen))
`

test('what every listener thread loads to read the registry brings no query builder: it costs each of them about 10 MB', () => {
  const reader = new URL('registry-reader.ts', import.meta.url).href
  const told = execFileSync(process.execPath, ['--input-type=module', '-e', importAndTell, reader], {
    encoding: 'utf8',
  })
  const loaded = JSON.parse(told) as readonly string[]

  expect(loaded).toContain(reader)
  expect(loaded.filter((url) => url.includes('node_modules/kysely'))).toEqual([])
})
