import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import { hmacSha256 } from './hmac-sha256.ts'

test('RFC 4231 §4.3: the known answer', () => {
  expect(hmacSha256('Jefe', 'what do ya want for nothing?')).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

test('of any length around the size of a block, and of any characters, it is what everyone computes', () => {
  for (let length = 0; length < 200; length++) {
    const [key, message] = ['k'.repeat(length), `设备${'s'.repeat(length)}é`]

    expect(hmacSha256(key, message)).toBe(createHmac('sha256', key).update(message).digest('hex'))
  }
})
