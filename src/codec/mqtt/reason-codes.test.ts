import { expect, test } from 'vitest'
import { isCodeOf, reason, returnCode, returnCodeOf } from './reason-codes.ts'

test('device protocol §2.8: each v5 code of a refused CONNECT has the return code of the table', () => {
  expect(returnCodeOf(reason.unsupportedProtocolVersion)).toBe(returnCode.unacceptableProtocolVersion)
  expect(returnCodeOf(reason.serverUnavailable)).toBe(returnCode.serverUnavailable)
  expect(returnCodeOf(reason.serverBusy)).toBe(returnCode.serverUnavailable)
  expect(returnCodeOf(reason.connectionRateExceeded)).toBe(returnCode.serverUnavailable)
  expect(returnCodeOf(reason.clientIdentifierNotValid)).toBe(returnCode.identifierRejected)
  expect(returnCodeOf(reason.badUserNameOrPassword)).toBe(returnCode.badUserNameOrPassword)
  expect(returnCodeOf(reason.notAuthorized)).toBe(returnCode.notAuthorized)
  expect(returnCodeOf(reason.banned)).toBe(returnCode.notAuthorized)
  expect(returnCodeOf(reason.quotaExceeded)).toBe(returnCode.notAuthorized)
})

test('MQTT 3.1.1 §3.2.2.3: what 3.x cannot say has no return code', () => {
  expect(returnCodeOf(reason.malformedPacket)).toBeUndefined()
  expect(returnCodeOf(reason.packetTooLarge)).toBeUndefined()
})

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
