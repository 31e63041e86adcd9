import { Buffer } from 'node:buffer'
import type { X509Certificate } from 'node:crypto'
import type { TLSSocket } from 'node:tls'
import type { ConnectionAttempt } from '../../domain/verdict/verdict.ts'
import type { TlsSide } from './transport.ts'

/**
 * What is known of the TLS side of a peer, for the verdict. Whether it is to be trusted is decided there:
 * `socket.authorized` is true for a resumed session without a certificate (safety S8).
 */
function tlsFacts(socket: TLSSocket, certificatesMax: number): NonNullable<ConnectionAttempt['tls']> {
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
  const found: Uint8Array[] = []
  let certificate: X509Certificate | undefined = socket.getPeerX509Certificate()
  while (certificate && found.length <= certificatesMax) {
    // Each look at it is a copy of its own.
    const { raw } = certificate
    // Bytes are compared, since a digest of each would cost more; a leaf alone, as nearly all come, is not even that.
    if (found.some((one) => Buffer.compare(one, raw) === 0)) break
    found.push(new Uint8Array(raw.buffer, raw.byteOffset, raw.byteLength))
    certificate = certificate.issuerCertificate
  }
  return found
}

/** What a TLS socket tells of its handshake. */
export const tlsSide = (socket: TLSSocket): TlsSide => ({
  facts: (certificatesMax) => tlsFacts(socket, certificatesMax),
  certificates: (certificatesMax) => peerCertificates(socket, certificatesMax),
})
