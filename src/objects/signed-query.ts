import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../base/instant.ts'
import type { FileGrant } from '../domain/file/device-file.ts'

export interface AddressSigner {
  /** The query of an address that allows this, without `?`. */
  sign(grant: FileGrant): string
  /**
   * What the query of an address allows on the file that its path names; `forged` for any other text, `expired` when
   * its time is over. A GET allows a HEAD too.
   */
  verify(
    query: string,
    asked: Pick<FileGrant, 'projectId' | 'deviceId' | 'name'> & { readonly method: 'GET' | 'PUT' },
    now: Instant,
  ): FileGrant | 'forged' | 'expired'
}

/** `sealingKey`: the platform's own; what signs addresses is derived from it (RFC 5869). */
export function createAddressSigner(sealingKey: Uint8Array): AddressSigner {
  const key = Buffer.from(hkdfSync('sha256', sealingKey, '', 'quayside file addresses', 32))
  const signatureOf = ({ method, projectId, deviceId, name, expiresAt, size, sha256 }: FileGrant): Buffer =>
    createHmac('sha256', key)
      // As JSON: no two grants have the same text.
      .update(JSON.stringify([method, projectId, deviceId, name, expiresAt, size ?? null, sha256 ?? null]))
      .digest()
  return {
    sign(grant) {
      const { expiresAt, size, sha256 } = grant
      return [
        `expires=${expiresAt}`,
        ...(size === undefined ? [] : [`size=${size}`]),
        ...(sha256 === undefined ? [] : [`sha256=${sha256}`]),
        `signature=${signatureOf(grant).toString('hex')}`,
      ].join('&')
    },
    verify(query, asked, now) {
      const { expires = '', size, sha256, signature = '' } = Object.fromEntries(new URLSearchParams(query))
      if (!/^\d{1,15}$/.test(expires) || !/^[0-9a-f]{64}$/.test(signature)) return 'forged'
      if (size !== undefined && !/^\d{1,15}$/.test(size)) return 'forged'
      const grant: FileGrant = {
        ...asked,
        expiresAt: Number(expires),
        ...(size !== undefined && { size: Number(size) }),
        ...(sha256 !== undefined && { sha256 }),
      }
      if (!timingSafeEqual(signatureOf(grant), Buffer.from(signature, 'hex'))) return 'forged'
      return now < grant.expiresAt ? grant : 'expired'
    },
  }
}
