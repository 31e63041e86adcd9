import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { makeCa, openWorkbench } from '../tests/support/openssl.ts'
import { boundArenas, tlsFlags } from './start-settings.mjs'

const settings = `--openssl-config=${join(import.meta.dirname, '..', 'bin', 'openssl.cnf')}`

test('OpenSSL is given settings where nobody else has given it any', () => {
  expect(tlsFlags('/node', {}, ['--import=x'])).toEqual([settings])
  expect(tlsFlags(process.execPath, {}, [])).toEqual([settings])
})

test.for([
  [{ OPENSSL_CONF: '/etc/ours.cnf' }, []],
  [{ NODE_OPTIONS: '--no-warnings --openssl-shared-config' }, []],
  [{}, ['--openssl-config=/etc/ours.cnf']],
] as const)("an operator's own settings of OpenSSL count: %j", ([env, execArgv]) => {
  expect(tlsFlags('/node', env, execArgv)).toEqual([])
})

test('the launcher becomes the server: the same process, with the flags of both', () => {
  const url = new URL('start-settings.mjs', import.meta.url).href
  const script = `console.log(process.pid); import(${JSON.stringify(url)}).then(({ become }) =>
    become(process.execPath, [${JSON.stringify(settings)}], ['-p', 'JSON.stringify([process.pid, ...process.execArgv])']))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--no-deprecation', '-e', script], {
    encoding: 'utf8',
  })
  const [before, after = ''] = stdout.split('\n')
  const [pid, ...flags] = JSON.parse(after) as readonly unknown[]

  expect(stderr).toBe('')
  expect(pid).toBe(Number(before))
  expect(flags).toEqual(expect.arrayContaining([settings, '--no-deprecation']))
})

test('glibc is told of as many arenas as there are cores, unless an operator has said how many', () => {
  const told = (env: Record<string, string>, cores: number) => {
    boundArenas(env, cores)
    return env
  }

  expect([1, 2, 16].map((cores) => told({}, cores))).toEqual([
    { MALLOC_ARENA_MAX: '2' },
    { MALLOC_ARENA_MAX: '2' },
    { MALLOC_ARENA_MAX: '16' },
  ])
  expect(told({ MALLOC_ARENA_MAX: '1' }, 16)).toEqual({ MALLOC_ARENA_MAX: '1' })
})

test('by these settings a client of TLS 1.3 is given one session ticket, with which it resumes', () => {
  const bench = openWorkbench()
  try {
    const { certPath, keyPath } = makeCa(bench, { key: 'p256' })
    const script = `
      const { readFileSync } = require('node:fs'), tls = require('node:tls')
      const [cert, key] = [${JSON.stringify(certPath)}, ${JSON.stringify(keyPath)}].map((file) => readFileSync(file))
      const server = tls.createServer({ cert, key }, (socket) => socket.end('x')).listen(0, () => {
        const connect = (session) => new Promise((resolve) => {
          const tickets = []
          const { port } = server.address()
          const socket = tls.connect({ port, session, rejectUnauthorized: false }).resume()
          let resumed
          socket.on('secureConnect', () => (resumed = socket.isSessionReused()))
          socket.on('session', (ticket) => tickets.push(ticket))
          socket.on('close', () => resolve({ tickets, resumed }))
        })
        connect().then(async ({ tickets }) => {
          const { resumed } = await connect(tickets[0])
          console.log(tickets.length, resumed)
          server.close()
        })
      })`
    const said = (flags: readonly string[]) =>
      spawnSync(process.execPath, [...flags, '-e', script], { encoding: 'utf8' }).stdout.trim()

    expect(said([settings])).toBe('1 true')
    expect(said([])).toBe('2 true')
  } finally {
    bench.dispose()
  }
})
