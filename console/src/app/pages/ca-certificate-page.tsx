import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CertificateView } from '../../components/certificate-view.tsx'
import { Facts } from '../../components/facts.tsx'
import { Id } from '../../components/id.tsx'
import { useLanguage } from '../../components/language.ts'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { ExpiryMark, VerifiedMark } from '../../features/certificates/certificate-marks.tsx'
import { DeleteCertificate } from '../../features/certificates/delete-certificate.tsx'
import { type OwnCertificate, ownCertificateQuery } from '../../features/certificates/own-certificates.ts'
import { SelfRegistration } from '../../features/certificates/self-registration.tsx'
import { VerifyPanel } from '../../features/certificates/verify-certificate.tsx'
import { templatesQuery } from '../../features/provisioning/templates.ts'
import { ProjectPage } from '../project-page.tsx'

const route = getRouteApi('/signed-in/ca-certificates/$certificateId')

export function CaCertificatePage() {
  const { certificateId } = route.useParams()
  return (
    <ProjectPage>
      {({ project_id: id }) => (
        <CaCertificate key={`${id} ${certificateId}`} projectId={id} certificateId={certificateId} />
      )}
    </ProjectPage>
  )
}

interface CaCertificateProps {
  readonly projectId: string
  readonly certificateId: string
}

function CaCertificate({ projectId, certificateId }: CaCertificateProps) {
  const { t } = useTranslation()
  const navigate = route.useNavigate()
  const [deleting, setDeleting] = useState(false)
  const asked = useQuery(ownCertificateQuery(projectId, certificateId, useLanguage()))
  const { data } = asked
  const templates = useQuery(templatesQuery(projectId))
  return (
    <Page
      title={data?.cn_name || t('caCertificates.one')}
      purpose={t('caCertificates.onePurpose')}
      trail={[
        <Link key="list" to="/ca-certificates">
          {t('caCertificates.title')}
        </Link>,
      ]}
      action={
        data && (
          <Button danger onClick={() => setDeleting(true)}>
            {t('common.delete')}
          </Button>
        )
      }
    >
      <Answer of={asked}>
        {(certificate) => (
          <>
            <div className="columns">
              <StatusPanel certificate={certificate} />
              {certificate.verified ? (
                <ContentPanel certificate={certificate} />
              ) : (
                <VerifyPanel projectId={projectId} certificate={certificate} />
              )}
            </div>
            <Answer of={templates}>
              {(all) => <SelfRegistration projectId={projectId} certificate={certificate} templates={all} />}
            </Answer>
            {!certificate.verified && <ContentPanel certificate={certificate} />}
          </>
        )}
      </Answer>
      {deleting && data && (
        <DeleteCertificate
          projectId={projectId}
          certificate={data}
          onDeleted={() => void navigate({ to: '/ca-certificates' })}
          onClose={() => setDeleting(false)}
        />
      )}
    </Page>
  )
}

function ContentPanel({ certificate: { certificate, pem } }: { readonly certificate: OwnCertificate }) {
  const { t } = useTranslation()
  return (
    <Panel title={t('caCertificates.content')}>
      <CertificateView certificate={{ ...certificate, pem }} of="ca" />
    </Panel>
  )
}

function StatusPanel({ certificate }: { readonly certificate: OwnCertificate }) {
  const { t } = useTranslation()
  const { certificate_id: id, app_name: space, device_count: count, verified } = certificate
  return (
    <Panel title={t('caCertificates.status')}>
      <div role="status" aria-label={t('caCertificates.status')}>
        <VerifiedMark verified={verified} />
      </div>
      <p className="soft">{t(verified ? 'caCertificates.verifiedText' : 'caCertificates.unverifiedText')}</p>
      <Facts
        facts={[
          [t('caCertificates.until'), <ExpiryMark key="until" certificate={certificate} />],
          [
            t('caCertificates.devices'),
            <span key="devices" className="lines">
              <span>{t('caCertificates.deviceCount', { count })}</span>
              {count > 0 && (
                <Link className="link" to="/devices" search={{ auth: 'CERTIFICATES' }}>
                  {t('caCertificates.toDevices')}
                </Link>
              )}
            </span>,
          ],
          [t('caCertificates.space'), space ?? '—'],
          [t('caCertificates.created'), <Time key="created" at={certificate.create_time} />],
          [t('caCertificates.id'), <Id key="id" value={id} what={t('caCertificates.id')} />],
        ]}
      />
      <p className="soft small">{t('caCertificates.advice')}</p>
    </Panel>
  )
}
