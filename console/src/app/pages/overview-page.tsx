import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { Page } from '../../components/page.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { AttentionList } from '../../features/certificates/attention-list.tsx'
import { certificatesQuery } from '../../features/certificates/certificates.ts'
import { failingDevices, failingQuery } from '../../features/connections/failing.ts'
import { FailingDevices } from '../../features/connections/failing-devices.tsx'
import { RefusedConnections } from '../../features/connections/refused-connections.tsx'
import { deviceCountQuery } from '../../features/devices/devices.ts'
import { AccessDetails } from '../../features/platform/access-details.tsx'
import { ObtainingResources } from '../../features/platform/obtaining-resources.tsx'
import { platformQuery } from '../../features/platform/platform.ts'
import { productCountQuery } from '../../features/products/products.ts'
import { Activity } from '../../features/statistics/activity.tsx'
import { statisticsQuery } from '../../features/statistics/statistics.ts'
import { Counts } from '../counts.tsx'
import { ProjectPage } from '../project-page.tsx'
import { useLive } from '../use-live.ts'

export function OverviewPage() {
  return <ProjectPage>{({ project_id: id }) => <Overview key={id} projectId={id} />}</ProjectPage>
}

function Overview({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { live, figures } = useLive(projectId)
  const products = useQuery(productCountQuery(projectId))
  const devices = useQuery(deviceCountQuery(projectId))
  const certificates = useQuery(certificatesQuery(projectId))
  const platform = useQuery(platformQuery(projectId))
  const refused = useQuery(failingQuery(projectId, useLanguage()))
  const failing = failingDevices(refused.data ?? [])
  const statistics = useQuery(statisticsQuery(projectId))

  return (
    <Page title={t('overview.title')} purpose={t('overview.purpose')}>
      {products.data === 0 && (
        <p className="guide-banner">
          {t('overview.begin')}{' '}
          <Link className="link" to="/guide">
            {t('frame.guide')}
          </Link>
        </p>
      )}
      <Counts
        label={t('overview.counts')}
        counts={[
          { name: t('overview.products'), of: products },
          { name: t('overview.devices'), of: devices },
          { name: t('overview.online'), of: { ...statistics, data: statistics.data?.now.online } },
          {
            name: t('overview.certificates'),
            of: { ...certificates, data: certificates.data?.length },
          },
        ]}
      />
      <Activity statistics={statistics} figures={figures} />
      <div className="columns">
        <Panel title={t('overview.attention')}>
          <Answer of={refused} loading={null}>
            {() => failing.length > 0 && <FailingDevices failing={failing} />}
          </Answer>
          <Answer of={certificates}>
            {(all) => <AttentionList certificates={all} isAlone={failing.length === 0} />}
          </Answer>
        </Panel>
        <RefusedConnections projectId={projectId} live={live} />
      </div>
      <h2 className="section-title">{t('overview.instance')}</h2>
      <Answer of={platform}>
        {(facts) => (
          <>
            <AccessDetails platform={facts} />
            {facts.ca && <ObtainingResources ca={facts.ca} />}
          </>
        )}
      </Answer>
    </Page>
  )
}
