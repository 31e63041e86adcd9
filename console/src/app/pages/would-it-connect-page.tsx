import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { DeviceSelect } from '../../features/devices/device-select.tsx'
import { ConnectionQuestion } from '../../features/explain/connection-question.tsx'
import { ReportQuestion } from '../../features/explain/report-question.tsx'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

const route = getRouteApi('/signed-in/would-it-connect')

export function WouldItConnectPage() {
  return <ProjectPage>{({ project_id: id }) => <WouldItConnect key={id} projectId={id} />}</ProjectPage>
}

function WouldItConnect({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { tab, device: deviceId } = route.useSearch()
  const navigate = route.useNavigate()
  const spaceId = useSpace()
  const device = (help: string) => (
    <Field label={t('would.device')} help={help}>
      {({ id }) => (
        <DeviceSelect
          id={id}
          projectId={projectId}
          spaceId={spaceId}
          label={t('would.device')}
          placeholder={t('would.chooseDevice')}
          value={deviceId}
          onChange={(next) => void navigate({ search: (was) => ({ ...was, device: next }), replace: true })}
        />
      )}
    </Field>
  )
  return (
    <Page title={t('would.title')} purpose={t('would.purpose')}>
      <Tabs
        label={t('would.title')}
        value={tab}
        onChange={(next) => void navigate({ search: (was) => ({ ...was, tab: next }), replace: true })}
        tabs={[
          {
            key: 'connection',
            name: t('would.connection'),
            children: (
              <ConnectionQuestion
                projectId={projectId}
                deviceId={deviceId}
                device={device(t('would.deviceHelp'))}
              />
            ),
          },
          {
            key: 'report',
            name: t('would.report'),
            children: (
              <ReportQuestion
                key={deviceId ?? ''}
                projectId={projectId}
                deviceId={deviceId}
                device={device(t('would.reportDeviceHelp'))}
              />
            ),
          },
        ]}
      />
    </Page>
  )
}
