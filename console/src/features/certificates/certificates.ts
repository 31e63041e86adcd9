import { queryOptions } from '@tanstack/react-query'
import { call, type Reply } from '../../api/client.ts'
import { DAY, parseWireTime } from '../../lib/time.ts'
import { EXPIRY_NEAR_DAYS } from '../../lib/validity.ts'

export type Certificate = Reply<'GET /v5/iot/{project_id}/certificates'>['certificates'][number]

export const certificatesKey = (projectId: string) => ['certificates', projectId] as const

/** Of the reference's pages; a project holds 100 CA certificates at most, so all of them are two pages. */
const PAGE = 50

/** All device CA certificates, newest first. */
export const certificatesQuery = (projectId: string) =>
  queryOptions({
    queryKey: certificatesKey(projectId),
    queryFn: ({ signal }) => listAll(projectId, signal),
  })

async function listAll(projectId: string, signal: AbortSignal): Promise<readonly Certificate[]> {
  const certificates: Certificate[] = []
  let marker: string | undefined
  for (;;) {
    const page = await call('GET /v5/iot/{project_id}/certificates', {
      params: { project_id: projectId },
      query: { limit: PAGE, ...(marker !== undefined && { marker }) },
      signal,
    })
    certificates.push(...page.certificates)
    if (page.certificates.length < PAGE || page.page.marker === marker) return certificates
    marker = page.page.marker
  }
}

/** Why a certificate needs attention, the most urgent first. */
const reasons = ['expired', 'expiring', 'unverified'] as const
export type Reason = (typeof reasons)[number]

export interface Concern {
  readonly certificate: Certificate
  /** At least one, the most urgent first. */
  readonly reasons: readonly Reason[]
}

/** The certificates that need attention, the most urgent first. */
export function concernsOf(certificates: readonly Certificate[], now: number): readonly Concern[] {
  const urgency = ({ reasons: [first] }: Concern): number => reasons.findIndex((reason) => reason === first)
  return certificates
    .map((certificate) => ({ certificate, reasons: reasonsOf(certificate, now) }))
    .filter((concern) => concern.reasons.length > 0)
    .toSorted((a, b) => urgency(a) - urgency(b))
}

function reasonsOf({ status: verified, expiry_date: expiry }: Certificate, now: number): readonly Reason[] {
  const expiresAt = parseWireTime(expiry) ?? Number.POSITIVE_INFINITY
  // One that has expired cannot be verified any more.
  if (expiresAt <= now) return ['expired']
  const expiring: readonly Reason[] = expiresAt <= now + EXPIRY_NEAR_DAYS * DAY ? ['expiring'] : []
  return verified ? expiring : [...expiring, 'unverified']
}
