import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { Fingerprint } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { PresentedCertificate } from '../domain/certificate/presented.ts'

/** What a thread knows to be in the log of the certificates that clients presented. */
export interface PresentedMemory {
  /**
   * `certificates` (DER, leaf first) as an entry of the log carries them: whole those that this thread has not
   * written of late, the others by their digest. What exceeds `presentedBytesMax` is left out, and what follows it.
   */
  describe(certificates: readonly Uint8Array[], at: Instant): readonly PresentedCertificate[]
  /** The entry that carries them is durable. */
  written(presented: readonly PresentedCertificate[], at: Instant): void
}

/** A device that reconnects costs two digests in the log, not its chain each time. */
export function createPresentedMemory({
  presentedBytesMax,
  presentedAgainMillis,
  presentedKnownMax,
}: Pick<Limits, 'presentedBytesMax' | 'presentedAgainMillis' | 'presentedKnownMax'>): PresentedMemory {
  const written = new LRUCache<Fingerprint, Instant>({ max: presentedKnownMax })
  return {
    describe(certificates, at) {
      const described: PresentedCertificate[] = []
      let bytes = 0
      for (const der of certificates) {
        bytes += der.byteLength
        if (bytes > presentedBytesMax) break
        const sha256 = hash('sha256', der) as Fingerprint
        const last = written.get(sha256)
        const isKnown = last !== undefined && at - last < presentedAgainMillis
        described.push(isKnown ? { sha256 } : { sha256, der: Buffer.from(der).toString('base64') })
      }
      return described
    },
    written(presented, at) {
      for (const { sha256, der } of presented) if (der !== undefined) written.set(sha256, at)
    },
  }
}

/** Of the certificates that are carried whole, as the log has them. */
export const bytesOf = (presented: readonly PresentedCertificate[]): number =>
  presented.reduce((sum, { der = '' }) => sum + der.length, 0)
