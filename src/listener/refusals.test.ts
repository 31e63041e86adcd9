import { expect, test } from 'vitest'
import { connectionVerdictBody } from '../domain/verdict/wire.ts'
import { refusal } from './refusals.ts'

test('the step that a refusal rests on says the same sentence as the refusal, with what was seen filled in', () => {
  const unjudged = { code: 'tls-client-distrusts-server', params: { detail: 'unknown ca' } } as const
  const subject = { address: '192.0.2.1:1', listener: 'mqtts' } as const

  const body = connectionVerdictBody('1', refusal(unjudged, 'tls', subject, 1000, 1000), 'en')

  expect(body).toMatchObject({
    sentence: "The device refused the platform's certificate (unknown ca).",
    steps: [{ name: 'tls', sentence: "The device refused the platform's certificate (unknown ca)." }],
  })
})
