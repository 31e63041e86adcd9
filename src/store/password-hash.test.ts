import { expect, test } from 'vitest'
import { hashPassword, PasswordQueueFullError, verifyPassword } from './password-hash.ts'

test('design §4: passwords are hashed with argon2id, 19 MiB and two passes, each with a salt of its own', async () => {
  const [one, two] = [await hashPassword('secret'), await hashPassword('secret')]

  expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/)
  expect(one).not.toBe(two)
  expect(one).not.toContain('secret')
  expect(await verifyPassword(one, 'secret')).toBe(true)
  expect(await verifyPassword(one, 'Secret')).toBe(false)
})

test('a hash made with other costs is verified with them', async () => {
  const cheap = '$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$'
  const { argon2Sync } = await import('node:crypto')
  const tag = argon2Sync('argon2id', {
    message: 'pw',
    nonce: Buffer.from('c29tZXNhbHRzb21lc2FsdA', 'base64'),
    memory: 64,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  })

  expect(await verifyPassword(cheap + tag.toString('base64').replace('=', ''), 'pw')).toBe(true)
})

test('threat 10: an unknown user costs a hash, and no password opens it', async () => {
  for (const password of ['', 'secret', '\0'.repeat(32)])
    expect(await verifyPassword(undefined, password)).toBe(false)
})

test('one text in two Unicode forms is one password', async () => {
  expect(await verifyPassword(await hashPassword('caf\u00e9'), 'cafe\u0301')).toBe(true)
})

test('safety R11: the line of passwords to check is bounded', async () => {
  const attempts = await Promise.allSettled(
    Array.from({ length: 110 }, () =>
      verifyPassword('$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHRzb21lc2FsdA$' + 'A'.repeat(43), 'x'),
    ),
  )
  const refused = attempts.filter(({ status }) => status === 'rejected')

  expect(refused).toHaveLength(8)
  for (const attempt of refused) expect(attempt).toMatchObject({ reason: expect.any(PasswordQueueFullError) })
  expect(await verifyPassword(undefined, 'x')).toBe(false)
})
