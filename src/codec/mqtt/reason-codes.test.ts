import { expect, test } from 'vitest'
import { isCodeOf, reason } from './reason-codes.ts'

test('MQTT 5.0 §2.4: the name of a reason code stands for one code, and codes fit in a byte', () => {
  const codes = Object.values(reason)

  expect(new Set(codes).size).toBe(codes.length)
  expect(codes.every((code) => code >= 0 && code <= 0xff)).toBe(true)
})

test('[MQTT-3.14.2-1] "session taken over" is a server’s to say, "disconnect with will" a client’s', () => {
  expect(isCodeOf('disconnect', reason.sessionTakenOver, 5, 'server')).toBe(true)
  expect(isCodeOf('disconnect', reason.sessionTakenOver, 5, 'client')).toBe(false)
  expect(isCodeOf('disconnect', reason.disconnectWithWill, 5, 'client')).toBe(true)
  expect(isCodeOf('disconnect', reason.disconnectWithWill, 5, 'server')).toBe(false)
})
