import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { saveFile } from '../lib/download.ts'
import { CertificateExtensions } from './certificate-extensions.tsx'
import { CodeBlock } from './code-block.tsx'
import { CopyText } from './copy-text.tsx'
import { Facts } from './facts.tsx'
import { StatusMark } from './status-mark.tsx'
import { ValidityBar } from './validity-bar.tsx'
import { nameOf, type ViewedCertificate } from './viewed-certificate.ts'
import './certificate-view.css'

interface CertificateViewProps {
  readonly certificate: ViewedCertificate
  /** The platform tells what speaks against it as a device certificate; not all of that speaks against a CA. */
  readonly of?: 'device' | 'ca'
  /** `compact`: name, signer, validity and problems; all else is folded. */
  readonly form?: 'full' | 'compact'
  /** Beside the name of the compact form, e.g. what part it plays. */
  readonly note?: ReactNode
}

/** A certificate taken apart. Its texts are those of part `certificates`: the route has to load it. */
export function CertificateView({ certificate, of = 'device', form = 'full', note }: CertificateViewProps) {
  const { t } = useTranslation()
  const problems = <Problems certificate={certificate} of={of} />
  if (form === 'full')
    return (
      <div className="certificate">
        {problems}
        <WholeCertificate certificate={certificate} />
      </div>
    )
  return (
    <div className="certificate">
      <div className="wrapping">
        <strong className="break">{nameOf(certificate)}</strong>
        {note}
      </div>
      <p className="soft small break">
        {certificate.self_signed
          ? t('certificate.signedByItself')
          : t('certificate.signedBy', { issuer: certificate.issuer })}
      </p>
      <ValidityBar from={certificate.not_before} until={certificate.not_after} />
      {problems}
      <details>
        <summary>{t('certificate.details')}</summary>
        <WholeCertificate certificate={certificate} />
      </details>
    </div>
  )
}

function Problems({ certificate, of }: Required<Pick<CertificateViewProps, 'certificate' | 'of'>>) {
  const problems = certificate.problems.filter(
    ({ code }) => of === 'device' || code !== 'certificate-not-for-clients',
  )
  if (problems.length === 0) return null
  return (
    <ul className="certificate-problems">
      {problems.map(({ code, sentence, remedy }) => (
        <li key={code}>
          <StatusMark mark="abnormal">{sentence}</StatusMark>
          {remedy !== '' && <p className="soft">{remedy}</p>}
        </li>
      ))}
    </ul>
  )
}

function WholeCertificate({ certificate }: Pick<CertificateViewProps, 'certificate'>) {
  const { t } = useTranslation()
  const { fingerprints, pem } = certificate
  const copied = (text: string, what: string) => <CopyText text={text} what={what} />
  return (
    <>
      <Facts
        facts={[
          [t('certificate.subject'), <Name key="subject" text={certificate.subject} />],
          [
            t('certificate.issuer'),
            <span key="issuer" className="lines">
              <Name text={certificate.issuer} />
              {certificate.self_signed ? (
                <span className="faint small">{t('certificate.selfSigned')}</span>
              ) : (
                certificate.subject === certificate.issuer && (
                  <span className="faint small">{t('certificate.sameName')}</span>
                )
              )}
            </span>,
          ],
          [
            t('certificate.validity'),
            <ValidityBar key="validity" from={certificate.not_before} until={certificate.not_after} />,
          ],
          [t('certificate.serial'), copied(certificate.serial, t('certificate.serial'))],
          [t('certificate.key'), certificate.key.text],
          [t('certificate.signature'), <code key="signature">{certificate.signature_algorithm}</code>],
          [t('certificate.extensions'), <CertificateExtensions key="extensions" certificate={certificate} />],
          [t('certificate.sha256'), copied(fingerprints.sha256, t('certificate.sha256'))],
          [t('certificate.sha1'), copied(fingerprints.sha1, t('certificate.sha1'))],
        ]}
      />
      {pem !== undefined && (
        <details>
          <summary>{t('certificate.pem')}</summary>
          <CodeBlock text={pem} what={t('certificate.pem')} />
          <Button
            size="small"
            icon={<DownloadOutlined />}
            onClick={() => saveFile(fileNameOf(certificate), pem, 'application/x-pem-file')}
          >
            {t('certificate.downloadPem')}
          </Button>
        </details>
      )}
    </>
  )
}

const Name = ({ text }: { readonly text: string }) => <span className="code break">{text || '—'}</span>

/** Letters, digits, dots and dashes of its name: what every file system takes. */
const fileNameOf = (certificate: ViewedCertificate): string =>
  `${
    nameOf(certificate)
      .replaceAll(/[^\p{L}\p{N}.-]+/gu, '-')
      .replace(/^[-.]+/, '')
      .slice(0, 64) || 'certificate'
  }.pem`
