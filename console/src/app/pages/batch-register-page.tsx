import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Answer } from '../../components/states.tsx'
import { BatchRegister } from '../../features/devices/batch/batch-register.tsx'
import { spacesQuery } from '../../features/spaces/spaces.ts'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

export function BatchRegisterPage() {
  return <ProjectPage>{({ project_id: id }) => <Batch key={id} projectId={id} />}</ProjectPage>
}

function Batch({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const spaceId = useSpace()
  const spaces = useQuery(spacesQuery(projectId))
  return (
    <Page
      title={t('batch.title')}
      purpose={t('batch.purpose')}
      trail={[
        <Link key="devices" to="/devices">
          {t('devices.title')}
        </Link>,
      ]}
    >
      <Answer of={spaces}>
        {(all) => <BatchRegister projectId={projectId} spaces={all} spaceId={spaceId} />}
      </Answer>
    </Page>
  )
}
