import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { expect, test } from 'vitest'
import { createIds } from '../base/ids.ts'
import { systemClock } from '../base/instant.ts'
import { temporaryFolder } from '../../tests/support/temporary-folder.ts'
import { openObjectFolder } from './object-folder.ts'

const ids = createIds(systemClock)
const content = Buffer.from('hello')
const sha256 = createHash('sha256').update(content).digest('hex')
const stream = (...chunks: Buffer[]): Readable => Readable.from(chunks)

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) =>
    statSync(join(folder, name)).isFile(),
  )

test('a content is kept under its key, closed to others, and read back', async () => {
  const folder = join(temporaryFolder(), 'objects')
  const objects = await openObjectFolder(folder)
  const key = ids.rowKey()

  const written = await objects.write(key, stream(Buffer.from('he'), Buffer.from('llo')), { size: 5, sha256 })

  expect(written).toEqual({ kind: 'written', sha256 })
  const [name = ''] = filesBelow(folder)
  expect(filesBelow(folder)).toEqual([join(key.slice(-2), key)])
  expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600)
  const file = await objects.open(key)
  expect(await file?.readFile('utf8')).toBe('hello')
  await file?.close()
  await objects.remove(key)
  expect(await objects.open(key)).toBeUndefined()
})

test.each([
  ['more bytes than announced', stream(content, content), { size: 5 }, 'size'],
  ['fewer bytes', stream(content), { size: 6 }, 'size'],
  ['another content', stream(Buffer.from('hullo')), { size: 5, sha256 }, 'sha256'],
])('R2: of %s nothing is kept', async (_, body, announced, what) => {
  const folder = join(temporaryFolder(), 'objects')
  const objects = await openObjectFolder(folder)

  expect(await objects.write(ids.rowKey(), body, announced)).toMatchObject({ kind: 'mismatch', what })

  expect(filesBelow(folder)).toEqual([])
})

test('R2: of an upload that breaks off nothing is kept', async () => {
  const folder = join(temporaryFolder(), 'objects')
  const objects = await openObjectFolder(folder)
  const broken = Readable.from(
    (async function* () {
      yield content
      throw new Error('aborted')
    })(),
  )

  await expect(objects.write(ids.rowKey(), broken, { size: 10 })).rejects.toThrow('aborted')

  expect(filesBelow(folder)).toEqual([])
})

test('what a crash has left half written goes at the next start, what was whole stays', async () => {
  const folder = join(temporaryFolder(), 'objects')
  const key = ids.rowKey()
  await (await openObjectFolder(folder)).write(key, stream(content), { size: 5 })
  mkdirSync(join(folder, 'incoming'), { recursive: true })
  writeFileSync(join(folder, 'incoming', ids.rowKey()), 'hel')

  const objects = await openObjectFolder(folder)

  expect(filesBelow(folder)).toEqual([join(key.slice(-2), key)])
  expect(readFileSync(join(folder, key.slice(-2), key), 'utf8')).toBe('hello')
  const listed = []
  for await (const some of objects.list()) listed.push(...some)
  expect(listed).toEqual([key])
  expect(await objects.freeBytes()).toBeGreaterThan(0)
})
