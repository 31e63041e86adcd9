import { getRouteApi } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { DeviceSelect } from '../../features/devices/device-select.tsx'
import { PacketTail } from '../packet-tail.tsx'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

const route = getRouteApi('/signed-in/live-tail')

export function LiveTailPage() {
  return <ProjectPage>{({ project_id: id }) => <Tail key={id} projectId={id} />}</ProjectPage>
}

function Tail({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { find = '', device } = route.useSearch()
  const navigate = route.useNavigate()
  const spaceId = useSpace()
  return (
    <Page title={t('tail.title')} purpose={t('tail.purpose')}>
      <PacketTail
        key={device ?? ''}
        projectId={projectId}
        source={device === undefined ? undefined : { deviceId: device }}
        find={find}
        onFind={(text) =>
          void navigate({ search: (was) => ({ ...was, find: text || undefined }), replace: true })
        }
        extra={
          <DeviceSelect
            projectId={projectId}
            spaceId={spaceId}
            label={t('tail.device')}
            placeholder={t('tail.allDevices')}
            value={device}
            onChange={(next) => void navigate({ search: (was) => ({ ...was, device: next }), replace: true })}
          />
        }
      />
    </Page>
  )
}
