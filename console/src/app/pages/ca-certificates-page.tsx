import { SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { Page } from '../../components/page.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { type CertificateAct, CertificateTable } from '../../features/certificates/certificate-table.tsx'
import { DeleteCertificate } from '../../features/certificates/delete-certificate.tsx'
import {
  CERTIFICATES_MAX,
  inOrder,
  matching,
  type OwnCertificate,
  ownCertificatesQuery,
} from '../../features/certificates/own-certificates.ts'
import { UploadCertificate } from '../../features/certificates/upload-certificate.tsx'
import { VerifyDialog } from '../../features/certificates/verify-certificate.tsx'
import { spacesQuery } from '../../features/spaces/spaces.ts'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

const route = getRouteApi('/signed-in/ca-certificates')

export function CaCertificatesPage() {
  return <ProjectPage>{({ project_id: id }) => <CaCertificates key={id} projectId={id} />}</ProjectPage>
}

function CaCertificates({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const space = useSpace()
  const [uploading, setUploading] = useState(false)
  const [act, setAct] = useState<CertificateAct>()
  const certificates = useQuery(ownCertificatesQuery(projectId, useLanguage()))
  const spaces = useQuery(spacesQuery(projectId))
  const uploadButton = (
    <Button
      type="primary"
      disabled={(certificates.data?.length ?? 0) >= CERTIFICATES_MAX}
      onClick={() => setUploading(true)}
    >
      {t('caCertificates.upload')}
    </Button>
  )
  return (
    <Page title={t('caCertificates.title')} purpose={t('caCertificates.purpose')} action={uploadButton}>
      <p className="soft small">
        {t('caCertificates.advice')}{' '}
        <Link className="link" to="/wizard">
          {t('caCertificates.toWizard')}
        </Link>
      </p>
      <Answer of={certificates}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState text={t('caCertificates.empty')} action={uploadButton} />
          ) : (
            <FoundCertificates all={all} space={space} onAct={setAct} />
          )
        }
      </Answer>
      {uploading && (
        <UploadCertificate
          projectId={projectId}
          spaces={spaces.data ?? []}
          space={space}
          onClose={() => setUploading(false)}
        />
      )}
      {act?.kind === 'verify' && (
        <VerifyDialog projectId={projectId} certificate={act.certificate} onClose={() => setAct(undefined)} />
      )}
      {act?.kind === 'delete' && (
        <DeleteCertificate
          projectId={projectId}
          certificate={act.certificate}
          onClose={() => setAct(undefined)}
        />
      )}
    </Page>
  )
}

interface FoundCertificatesProps {
  readonly all: readonly OwnCertificate[]
  readonly space: string | undefined
  readonly onAct: (act: CertificateAct) => void
}

function FoundCertificates({ all, space, onAct }: FoundCertificatesProps) {
  const { t } = useTranslation()
  const { find = '', sort, order = 'asc' } = route.useSearch() // in the address, so a link can be shared
  const navigate = route.useNavigate()
  const setFind = (text: string): void =>
    void navigate({ search: (before) => ({ ...before, find: text || undefined }), replace: true })
  const sorting = sort === undefined ? undefined : { by: sort, order }
  const here = space === undefined ? all : all.filter(({ app_id: id }) => id === space)
  const found = inOrder(matching(here, find), sorting)
  return (
    <>
      <div className="list-head">
        <Input
          className="find"
          prefix={<SearchOutlined />}
          aria-label={t('caCertificates.filter')}
          placeholder={t('caCertificates.filter')}
          allowClear
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        <span className="soft" role="status">
          {t('caCertificates.count', { count: found.length })}
        </span>
        <span className="faint small">
          {t('caCertificates.left', { count: CERTIFICATES_MAX - all.length, max: CERTIFICATES_MAX })}
        </span>
      </div>
      {found.length === 0 ? (
        <EmptyState
          text={find === '' ? t('caCertificates.noneInSpace') : t('caCertificates.noMatch', { text: find })}
          {...(find !== '' && {
            action: <Button onClick={() => setFind('')}>{t('caCertificates.clearFilter')}</Button>,
          })}
        />
      ) : (
        <CertificateTable
          certificates={found}
          sorting={sorting}
          onSort={({ by, order: next }) =>
            void navigate({ search: (before) => ({ ...before, sort: by, order: next }), replace: true })
          }
          onAct={onAct}
        />
      )}
    </>
  )
}
