import { useTranslation } from 'react-i18next'
import type { ViewedCertificate } from './viewed-certificate.ts'

/** RFC 5280 §4.2.1.12; others are shown by their OID. */
const purposes: { readonly [oid: string]: string } = {
  '1.3.6.1.5.5.7.3.1': 'serverAuth',
  '1.3.6.1.5.5.7.3.2': 'clientAuth',
  '1.3.6.1.5.5.7.3.3': 'codeSigning',
  '1.3.6.1.5.5.7.3.4': 'emailProtection',
  '1.3.6.1.5.5.7.3.8': 'timeStamping',
  '1.3.6.1.5.5.7.3.9': 'OCSPSigning',
  '2.5.29.37.0': 'anyExtendedKeyUsage',
}

/** What the extensions of a certificate say, in words; those that we do not know, by name or OID. */
export function CertificateExtensions({ certificate }: { readonly certificate: ViewedCertificate }) {
  const { t } = useTranslation()
  const say = useWords(certificate)
  if (certificate.extensions.length === 0)
    return <span className="soft">{t('certificate.noExtensions', { version: certificate.version })}</span>
  return (
    <ul className="certificate-extensions">
      {certificate.extensions.map(({ oid, name, critical }) => (
        <li key={oid}>
          <span className="break">{say(oid)}</span>{' '}
          <span className="faint small">
            <code title={oid}>{name ?? oid}</code>
            {critical && ` · ${t('certificate.critical')}`}
          </span>
        </li>
      ))}
    </ul>
  )
}

function useWords(certificate: ViewedCertificate): (oid: string) => string {
  const { t } = useTranslation()
  const named = (names: readonly string[] | null): string => names?.join(', ') || t('certificate.nothing')
  return (oid) => {
    switch (oid) {
      case '2.5.29.19':
        if (certificate.is_ca !== true) return t('certificate.isNoCa')
        return certificate.path_length === null
          ? t('certificate.isCa')
          : t('certificate.isCaUpTo', { count: certificate.path_length })
      case '2.5.29.15':
        return t('certificate.keyUsage', { list: named(certificate.key_usage) })
      case '2.5.29.37':
        return t('certificate.purposes', {
          list: named(certificate.extended_key_usage?.map((each) => purposes[each] ?? each) ?? null),
        })
      case '2.5.29.17':
        return t('certificate.altNames', { list: named(certificate.subject_alt_names) })
      case '2.5.29.14':
        return t('certificate.subjectKeyId')
      case '2.5.29.35':
        return t('certificate.authorityKeyId')
      default:
        return t('certificate.otherExtension')
    }
  }
}
