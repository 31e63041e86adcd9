import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ChainView } from '../../components/chain-view.tsx'
import { useLanguage } from '../../components/language.ts'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { ConnectionVerdictView } from '../../components/verdict-view.tsx'
import { connectionQuery, type ConnectionDetail } from '../../features/connections/connection-detail.ts'
import { subjectText } from '../../features/connections/connections.ts'
import { JudgeAgain } from '../../features/connections/judge-again.tsx'
import { ProjectPage } from '../project-page.tsx'

const route = getRouteApi('/signed-in/failed-connections/$connectionId')

export function FailedConnectionPage() {
  return <ProjectPage>{({ project_id: id }) => <FailedConnection key={id} projectId={id} />}</ProjectPage>
}

function FailedConnection({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { connectionId } = route.useParams()
  const connection = useQuery(connectionQuery(projectId, connectionId, useLanguage()))
  const { data } = connection
  const who = data && (subjectText(data, 'device_id') ?? subjectText(data, 'client_id'))
  return (
    <Page
      title={who === undefined ? t('failed.one') : t('failed.oneOf', { who })}
      heading={
        <span className="break">{who === undefined ? t('failed.one') : t('failed.oneOf', { who })}</span>
      }
      purpose={data && <Time at={data.at} />}
      trail={[
        <Link key="list" to="/failed-connections">
          {t('failed.title')}
        </Link>,
      ]}
    >
      <Answer of={connection}>{(detail) => <Explained projectId={projectId} connection={detail} />}</Answer>
    </Page>
  )
}

interface ExplainedProps {
  readonly projectId: string
  readonly connection: ConnectionDetail
}

function Explained({ projectId, connection }: ExplainedProps) {
  const { t } = useTranslation()
  // They stand below the verdict, decoded: its raw JSON does without.
  const { certificates, ...verdict } = connection
  return (
    <>
      <ConnectionVerdictView verdict={verdict} />
      <Panel title={t('failed.certificates')}>
        {certificates.length === 0 ? (
          <p className="soft">{t('failed.noCertificates')}</p>
        ) : (
          <ChainView items={certificates.map((certificate) => ({ certificate }))} />
        )}
      </Panel>
      <JudgeAgain projectId={projectId} connection={connection} />
    </>
  )
}
