import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Facts } from '../../components/facts.tsx'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { Time } from '../../components/time.tsx'
import { AccessDetails } from '../../features/platform/access-details.tsx'
import { GatewaysPanel } from '../../features/platform/gateways-panel.tsx'
import { HealthPanel } from '../../features/platform/health-panel.tsx'
import { ObtainingResources } from '../../features/platform/obtaining-resources.tsx'
import { platformQuery } from '../../features/platform/platform.ts'
import { PlatformLimits } from '../../features/platform/platform-limits.tsx'
import { StoragePanel } from '../../features/platform/storage-panel.tsx'
import { ServerCertificates } from '../../features/platform/server-certificates.tsx'
import { ProjectPage } from '../project-page.tsx'

export function PlatformPage() {
  return <ProjectPage>{({ project_id: id }) => <PlatformOf key={id} projectId={id} />}</ProjectPage>
}

function PlatformOf({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const platform = useQuery(platformQuery(projectId))
  return (
    <Page title={t('platform.title')} purpose={t('platform.purpose')}>
      <HealthPanel />
      <StoragePanel projectId={projectId} />
      <GatewaysPanel projectId={projectId} />
      <Answer of={platform}>
        {(facts) => (
          <>
            <Panel title={t('platform.running')}>
              <Facts
                facts={[
                  [t('platform.version'), `${facts.name} ${facts.version}`],
                  ...(facts.started_at === undefined
                    ? []
                    : [[t('platform.startedAt'), <Time key="started" at={facts.started_at} />] as const]),
                ]}
              />
            </Panel>
            <h2 className="section-title">{t('overview.instance')}</h2>
            <AccessDetails platform={facts} />
            {facts.ca && <ObtainingResources ca={facts.ca} />}
            {facts.server_certificates && <ServerCertificates certificates={facts.server_certificates} />}
            {facts.limits && <PlatformLimits limits={facts.limits} />}
          </>
        )}
      </Answer>
    </Page>
  )
}
