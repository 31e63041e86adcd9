import { createHash, type X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { Fingerprint } from '../base/ids.ts'
import type { ConnectionAttempt } from '../domain/verdict/verdict.ts'

/**
 * What is known of the TLS side of a peer, for the verdict. Whether it is to be trusted is decided there:
 * `socket.authorized` is true for a resumed session without a certificate (safety S8).
 */
export function tlsFacts(socket: TLSSocket, certificatesMax: number): ConnectionAttempt['tls'] {
  const { servername } = socket as { servername?: string | false | null }
  return {
    version: socket.getProtocol() ?? 'unknown',
    cipher: socket.getCipher().name,
    ...(servername && { serverName: servername }),
    resumed: socket.isSessionReused(),
    certificates: peerCertificates(socket, certificatesMax),
  }
}

/**
 * DER of the leaf and of the certificates the peer sent with it, leaf first; one more than `certificatesMax` at
 * most, so that a chain that is too long can be told from one that just fits. `getPeerCertificate(true)` leaks
 * memory with every certificate (safety S9, CVE-2025-59464). A self-signed certificate is its own issuer.
 */
export function peerCertificates(
  socket: Pick<TLSSocket, 'getPeerX509Certificate'>,
  certificatesMax: number,
): readonly Uint8Array[] {
  const found = new Map<string, Uint8Array>()
  let certificate: X509Certificate | undefined = socket.getPeerX509Certificate()
  while (certificate && !found.has(certificate.fingerprint256) && found.size <= certificatesMax) {
    found.set(certificate.fingerprint256, new Uint8Array(certificate.raw))
    certificate = certificate.issuerCertificate
  }
  return [...found.values()]
}

/** SHA-256 of a certificate's DER. */
export const fingerprintOf = (der: Uint8Array): Fingerprint =>
  createHash('sha256').update(der).digest('hex') as Fingerprint
