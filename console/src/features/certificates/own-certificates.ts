import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import type { Sorting } from '../../components/data-table.tsx'
import type { Language } from '../../lib/i18n/language.ts'
import { parseWireTime } from '../../lib/time.ts'
import { certificatesKey } from './certificates.ts'

export type OwnCertificate = Reply<'GET /quayside/v1/{project_id}/certificates'>['certificates'][number]

/** A project holds no more device CA certificates; the platform refuses the next one. */
export const CERTIFICATES_MAX = 100

/** All device CA certificates, decoded. What speaks against one comes in `language`. */
export const ownCertificatesQuery = (projectId: string, language: Language) =>
  queryOptions({
    queryKey: [...certificatesKey(projectId), 'own', language],
    queryFn: async ({ signal }) =>
      (
        await call('GET /quayside/v1/{project_id}/certificates', {
          params: { project_id: projectId },
          signal,
        })
      ).certificates,
  })

export const ownCertificateQuery = (projectId: string, certificateId: string, language: Language) =>
  queryOptions({
    queryKey: [...certificatesKey(projectId), 'own', language, certificateId],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/certificates/{certificate_id}', {
        params: { project_id: projectId, certificate_id: certificateId },
        signal,
      }),
  })

/** What a text turns out to be: decoded, or why it is no certificate. The platform keeps nothing of it. */
export const explainedQuery = (projectId: string, content: string, language: Language) =>
  queryOptions({
    queryKey: ['explained-certificate', projectId, language, content],
    queryFn: ({ signal }) =>
      call('POST /quayside/v1/{project_id}/explain/certificate', {
        params: { project_id: projectId },
        body: { content },
        signal,
      }),
    enabled: content.trim() !== '',
    staleTime: Number.POSITIVE_INFINITY,
  })

/** Uploads a CA certificate: Unverified, with a fresh verification code. Without a space it goes to the default one. */
export const uploadCertificate = (projectId: string, content: string, spaceId: string | undefined) =>
  call('POST /v5/iot/{project_id}/certificates', {
    params: { project_id: projectId },
    body: { content, ...(spaceId !== undefined && { app_id: spaceId }) },
  })

/** Proves possession of a CA's key by a certificate that it signed and whose Common Name is the verification code. */
export const verifyCertificate = (projectId: string, certificateId: string, content: string) =>
  call('POST /v5/iot/{project_id}/certificates/{certificate_id}/action', {
    params: { project_id: projectId, certificate_id: certificateId },
    query: { action_id: 'verify' },
    body: { verify_content: content },
  })

export const deleteCertificate = (projectId: string, certificateId: string) =>
  call('DELETE /v5/iot/{project_id}/certificates/{certificate_id}', {
    params: { project_id: projectId, certificate_id: certificateId },
  })

/** What is left out stays; null unbinds the template. */
export interface SelfRegistrationChange {
  readonly provision_enable?: boolean
  readonly template_id?: string | null
}

/** Holds for the next connection. */
export const changeSelfRegistration = (
  projectId: string,
  certificateId: string,
  change: SelfRegistrationChange,
) =>
  call('PUT /v5/iot/{project_id}/certificates/{certificate_id}', {
    params: { project_id: projectId, certificate_id: certificateId },
    body: change,
  })

/** Those whose subject, id or fingerprint holds `text`, whatever its case; colons in a fingerprint do not count. */
export function matching(certificates: readonly OwnCertificate[], text: string): readonly OwnCertificate[] {
  const wanted = text.trim().toLowerCase()
  const digits = wanted.replaceAll(/[:\s]/g, '')
  return certificates.filter(
    ({ certificate_id: id, cn_name: name, certificate: { subject, fingerprints } }) =>
      [name, subject, id].some((part) => part.toLowerCase().includes(wanted)) ||
      fingerprints.sha256.includes(digits) ||
      fingerprints.sha1.includes(digits),
  )
}

/** In the order of one of the table's columns; as they came (newest first) without one. */
export function inOrder(
  certificates: readonly OwnCertificate[],
  sorting: Sorting | undefined,
): readonly OwnCertificate[] {
  // What stands in the address is anything.
  const compare = sorting && Object.hasOwn(comparisons, sorting.by) ? comparisons[sorting.by] : undefined
  if (!sorting || !compare) return certificates
  return certificates.toSorted((a, b) => (sorting.order === 'asc' ? compare(a, b) : compare(b, a)))
}

const comparisons: { readonly [by: string]: (a: OwnCertificate, b: OwnCertificate) => number } = {
  name: (a, b) => a.cn_name.localeCompare(b.cn_name),
  status: (a, b) => Number(a.verified) - Number(b.verified),
  until: (a, b) => at(a.expiry_date) - at(b.expiry_date),
  devices: (a, b) => a.device_count - b.device_count,
  created: (a, b) => at(a.create_time) - at(b.create_time),
}

const at = (time: string): number => parseWireTime(time) ?? 0
