import type { ConnectionCode } from './connection-codes.ts'

/** Codes that the listener tells of peers whose CONNECT nobody has decided about. */
export const listenerCodes = [
  'tls-expected',
  'tls-unexpected',
  'tls-version-too-old',
  'tls-no-shared-cipher',
  'tls-client-distrusts-server',
  'tls-client-left',
  'tls-handshake-timeout',
  'tls-handshake-failed',
  'packet-before-connect',
  'packet-too-large',
  'authentication-method-unsupported',
  'maximum-packet-size-too-small',
  'cut-while-connecting',
  'connect-timeout',
  'connect-malformed',
  'connects-too-many',
  'bridge-logins-too-many',
  'bridge-guesses',
  'bridge-devices-too-many',
] as const satisfies readonly ConnectionCode[]

export type ListenerCode = (typeof listenerCodes)[number]
