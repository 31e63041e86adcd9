import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CertificateView } from './certificate-view.tsx'
import { StatusMark } from './status-mark.tsx'
import { nameOf, type ViewedCertificate } from './viewed-certificate.ts'
import './certificate-view.css'

/** How a certificate hangs on the one that signed it. */
export interface ChainLink {
  /** Undefined: not judged, which is told in grey. */
  readonly good: boolean | undefined
  readonly reason: ReactNode
}

export interface ChainItem {
  readonly certificate: ViewedCertificate
  readonly of?: 'device' | 'ca'
  /** Beside its name, e.g. "Uploaded, verified". */
  readonly note?: ReactNode
  /** To the next one, or from the last one to what is missing. Absent: judged by the names of the two alone. */
  readonly link?: ChainLink
}

/** Certificates from the device's own to the root: each link green or red, with its reason. At least one item. */
export function ChainView({ items }: { readonly items: readonly ChainItem[] }) {
  const { t } = useTranslation()
  const byName = useLinkByName()
  return (
    <ol className="chain" aria-label={t('certificate.chain')}>
      {items.map((item, at) => {
        const { certificate, of, note } = item
        const link = item.link ?? byName(certificate, items[at + 1]?.certificate)
        return (
          <li key={`${at} ${certificate.fingerprints.sha256}`}>
            <div className="chain-certificate">
              <CertificateView certificate={certificate} of={of ?? 'device'} form="compact" note={note} />
            </div>
            {link && (
              <div className={`chain-link ${toneOf(link)}`}>
                <StatusMark mark={markOf(link)}>{link.reason}</StatusMark>
              </div>
            )}
          </li>
        )
      })}
    </ol>
  )
}

const toneOf = ({ good }: ChainLink): string => (good === undefined ? 'unjudged' : good ? 'good' : 'broken')

const markOf = ({ good }: ChainLink) => (good === undefined ? 'offline' : good ? 'online' : 'abnormal')

function useLinkByName(): (
  certificate: ViewedCertificate,
  next: ViewedCertificate | undefined,
) => ChainLink | undefined {
  const { t } = useTranslation()
  return (certificate, next) => {
    if (!next) {
      if (certificate.self_signed) return undefined
      return { good: undefined, reason: t('certificate.issuerAbsent', { issuer: certificate.issuer }) }
    }
    const names = { issuer: certificate.issuer, next: next.subject, name: nameOf(next) }
    if (certificate.self_signed) return { good: false, reason: t('certificate.linkSelfSigned', names) }
    return certificate.issuer === next.subject
      ? { good: true, reason: t('certificate.linkGood', names) }
      : { good: false, reason: t('certificate.linkBroken', names) }
  }
}
