import { mkdtempSync, statSync, writeFileSync } from 'node:fs'
import { createConnection } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { askServer, startControlSocket, type Verbs } from './control-socket.ts'

async function serving(verbs: Verbs): Promise<string> {
  const path = join(mkdtempSync(join(tmpdir(), 'qs-')), 'c.sock')
  const server = await startControlSocket(path, verbs)
  onTestFinished(() => void server.close())
  return path
}

test('a verb answers over a socket that only its owner may open', async () => {
  const path = await serving({ greet: ({ name }) => Promise.resolve(['hello', name ?? '']) })

  await expect(askServer(path, 'greet', { name: 'mole' })).resolves.toEqual(['hello', 'mole'])
  expect(statSync(path).mode & 0o777).toBe(0o600)
})

test('what the server refuses reaches the caller as its sentence', async () => {
  const path = await serving({ fail: () => Promise.reject(new Error('no such key')) })

  await expect(askServer(path, 'fail', {})).rejects.toThrow('no such key')
  await expect(askServer(path, 'toString', {})).rejects.toThrow('does not know "toString"')
})

test('without a server the answer is undefined, also when a dead one left its socket', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'qs-')), 'c.sock')

  await expect(askServer(path, 'greet', {})).resolves.toBeUndefined()
})

test('a socket left by a dead process is replaced', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'qs-')), 'c.sock')
  writeFileSync(path, '')

  const server = await startControlSocket(path, { ping: () => Promise.resolve('pong') })
  onTestFinished(() => void server.close())

  await expect(askServer(path, 'ping', {})).resolves.toBe('pong')
})

test('a line without end is cut off', async () => {
  const path = await serving({})
  const socket = createConnection(path).on('error', () => undefined)

  socket.write('x'.repeat(200_000))

  await new Promise((resolve) => socket.once('close', resolve))
  expect(socket.bytesRead).toBe(0)
})
