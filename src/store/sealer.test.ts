import { expect, test } from 'vitest'
import { createSealer, SealBrokenError } from './sealer.ts'

const key = new Uint8Array(32).fill(1)
const place = { table: 'device', column: 'secret', row: '0123' }

test('what was sealed opens again, whatever the text', () => {
  const sealer = createSealer(key)

  for (const clear of ['', 'secret', 'gehëim 密码 🔑'])
    expect(sealer.open(place, sealer.seal(place, clear))).toBe(clear)
})

test('a seal carries its version and never the text, and no two are alike', () => {
  const sealer = createSealer(key)
  const [one, two] = [sealer.seal(place, 'secret'), sealer.seal(place, 'secret')]

  expect(one).toMatch(/^v1\.[\w-]+\.[\w-]+\.[\w-]+$/)
  expect(one).not.toContain('secret')
  expect(one).not.toBe(two)
})

test('a seal that was moved to another row, column or table does not open', () => {
  const sealer = createSealer(key)
  const sealed = sealer.seal(place, 'secret')

  for (const moved of [{ row: '0124' }, { column: 'secondary_secret' }, { table: 'access_key' }]) {
    expect(() => sealer.open({ ...place, ...moved }, sealed)).toThrow(SealBrokenError)
  }
})

test('a seal of another key, another version or with any part changed does not open', () => {
  const sealer = createSealer(key)
  const sealed = sealer.seal(place, 'secret')
  const [, nonce, ciphertext, tag] = sealed.split('.')
  const broken = [
    createSealer(new Uint8Array(32).fill(2)).seal(place, 'secret'),
    `v2.${nonce}.${ciphertext}.${tag}`,
    `v1.${nonce}.AAAAAAAA.${tag}`,
    `v1.${nonce}.${ciphertext}.AAAA`,
    `v1.${nonce}.${ciphertext}`,
    '',
    'secret',
  ]

  for (const text of broken) expect(() => sealer.open(place, text)).toThrow(SealBrokenError)
})

test('the error names the place and not the value', () => {
  expect(() => createSealer(key).open(place, 'my-clear-secret')).toThrow(
    /^device\.secret of 0123 does not open/,
  )
  expect(() => createSealer(key).open(place, 'my-clear-secret')).not.toThrow(/my-clear-secret/)
})

test('a key of another length is refused', () => {
  expect(() => createSealer(new Uint8Array(16))).toThrow('32 bytes, not 16')
})
