import { expect, test } from 'vitest'
import { explainTlsFault } from './tls-faults.ts'

for (const [code, expected] of [
  ['ERR_TLS_HANDSHAKE_TIMEOUT', 'tls-handshake-timeout'],
  ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'tls-client-distrusts-server'],
  ['ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE', 'tls-client-distrusts-server'],
  ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'tls-client-distrusts-server'],
  ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'tls-version-too-old'],
  ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tls-version-too-old'],
  ['ERR_SSL_NO_SHARED_CIPHER', 'tls-no-shared-cipher'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-expected'],
  ['ERR_SSL_HTTP_REQUEST', 'tls-expected'],
  ['ERR_SSL_BAD_SIGNATURE', 'tls-handshake-failed'],
  [undefined, 'tls-handshake-failed'],
] as const)
  test(`a handshake that ends with ${code ?? 'an unnamed error'} is told as ${expected}`, () => {
    const fault = Object.assign(new Error('any'), code === undefined ? {} : { code })

    expect(explainTlsFault(fault, 10).code).toBe(expected)
  })
