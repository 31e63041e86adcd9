import type { ConnectionCode } from './connection-codes.ts'
import type { ConnectionVerdict } from './verdict.ts'

type Answer = ConnectionVerdict['answer']
const answer = (mqtt: number | null, mqtt5: number | null): Answer => ({ mqtt, mqtt5, http: null })

/** Device protocol §2.8: CONNACK of 3.x and of 5.0. */
const accepted = answer(0x00, 0x00)
const identifierRejected = answer(0x02, 0x85)
const badCredentials = answer(0x04, 0x86)
const notAuthorized = answer(0x05, 0x87)
const closed = answer(null, null)

const answers: { readonly [C in ConnectionCode]?: Answer } = {
  'connection-accepted': accepted,
  'bridge-accepted': accepted,
  'fingerprint-pinned': accepted,
  'certificate-same-subject': accepted,
  'device-registered': accepted,
  'device-registered-by-group': accepted,
  'provisioning-busy': answer(0x03, 0x89),
  'provisioning-too-many': answer(0x03, 0x97),
  'connection-judged-in-part': accepted,
  'tls-handshake-failed': closed,
  'tls-expected': closed,
  'tls-unexpected': closed,
  'tls-version-too-old': closed,
  'tls-no-shared-cipher': closed,
  'tls-client-distrusts-server': closed,
  'tls-client-left': closed,
  'tls-handshake-timeout': closed,
  'packet-before-connect': closed,
  'packet-too-large': closed,
  'authentication-method-unsupported': answer(0x04, 0x8c),
  'maximum-packet-size-too-small': answer(0x03, 0x95),
  'cut-while-connecting': answer(0x03, 0x88),
  'connect-timeout': closed,
  'connect-malformed': closed,
  'protocol-version-unsupported': answer(0x01, 0x84),
  'server-unavailable': answer(0x03, 0x88),
  'server-busy': answer(0x03, 0x89),
  'connection-rate': answer(0x03, 0x9f),
  'connects-too-many': answer(0x03, 0x9f),
  'bridge-logins-too-many': answer(0x03, 0x9f),
  'bridge-guesses': answer(0x03, 0x9f),
  'bridge-devices-too-many': answer(0x03, 0x97),
  'client-id-missing': identifierRejected,
  'client-id-too-long': identifierRejected,
  'client-id-incomplete': identifierRejected,
  'client-id-timestamp': identifierRejected,
  'client-id-sign-type': identifierRejected,
  'client-id-kind': identifierRejected,
  'client-id-device-id': identifierRejected,
  'group-unknown': identifierRejected,
  'keep-alive-out-of-range': identifierRejected,
  'fingerprint-mismatch': notAuthorized,
  'fingerprint-of-ca': notAuthorized,
  'device-frozen': notAuthorized,
  'tls-required': notAuthorized,
}

/**
 * What the peer is told for a code: CONNACK 4 (0x86) for everything about who it is, so that an unknown device and a
 * wrong credential cannot be told apart (safety S2), and so that SDKs stop trying (device protocol §2.8).
 */
export function answerOf(code: ConnectionCode): Answer {
  return answers[code] ?? badCredentials
}
