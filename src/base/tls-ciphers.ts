/**
 * What our TLS servers offer, for OpenSSL: TLS 1.3, and of 1.2 the forward-secret AEAD suites (device protocol §1.2,
 * RFC 9325 §4.2); security level 2 (safety S8).
 */
export const tlsCiphers = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
  'ECDHE-ECDSA-AES128-GCM-SHA256',
  'ECDHE-RSA-AES128-GCM-SHA256',
  'ECDHE-ECDSA-AES256-GCM-SHA384',
  'ECDHE-RSA-AES256-GCM-SHA384',
  'ECDHE-ECDSA-CHACHA20-POLY1305',
  'ECDHE-RSA-CHACHA20-POLY1305',
  '@SECLEVEL=2',
].join(':')

/**
 * Key exchanges, ours first: a hybrid with ML-KEM-768 costs the server a tenth of a handshake more and two packets, so
 * it is taken where a client offers nothing else.
 */
export const tlsGroups = 'X25519:P-256:P-384:X25519MLKEM768'
