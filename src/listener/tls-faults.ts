import type { Unjudged } from './refusals.ts'

/** Alerts by which a client says that it does not accept the certificate we showed (RFC 8446 §6.2). */
const distrust =
  /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|CERTIFICATE_REVOKED|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED|DECRYPT_ERROR)/
const tooOld = /UNSUPPORTED_PROTOCOL|ALERT_PROTOCOL_VERSION|VERSION_TOO_LOW|UNKNOWN_PROTOCOL/
const nothingShared =
  /NO_SHARED_CIPHER|NO_SHARED_GROUP|NO_SUITABLE_|NO_SHARED_SIGNATURE_ALGORITHMS|NO_SUITABLE_KEY_SHARE|ALERT_HANDSHAKE_FAILURE/
const notTls =
  /WRONG_VERSION_NUMBER|HTTP_REQUEST|HTTPS_PROXY_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_LENGTH_MISMATCH/

/** Why a handshake failed, from OpenSSL's error (`ERR_SSL_…`) or Node's own. */
export function explainTlsFault(fault: NodeJS.ErrnoException, seconds: number): Unjudged {
  const name = fault.code ?? ''
  const detail =
    ((fault as { reason?: string }).reason ?? name.replace(/^ERR_(SSL_)?/, '').toLowerCase()) || 'unknown'
  if (name === 'ERR_TLS_HANDSHAKE_TIMEOUT') return { code: 'tls-handshake-timeout', params: { seconds } }
  if (distrust.test(name)) return { code: 'tls-client-distrusts-server', params: { detail } }
  if (tooOld.test(name)) return { code: 'tls-version-too-old', params: {} }
  if (nothingShared.test(name)) return { code: 'tls-no-shared-cipher', params: { detail } }
  if (notTls.test(name)) return { code: 'tls-expected', params: { detail } }
  return { code: 'tls-handshake-failed', params: { detail } }
}
