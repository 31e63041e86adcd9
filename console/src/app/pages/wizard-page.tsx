import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Wizard } from '../../features/certificates/wizard/wizard.tsx'
import { ConnectionKit } from '../../features/kits/connection-kit.tsx'
import { platformQuery } from '../../features/platform/platform.ts'
import { hostPort } from '../../lib/format.ts'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

export function WizardPage() {
  return <ProjectPage>{({ project_id: id }) => <Commissioning key={id} projectId={id} />}</ProjectPage>
}

function Commissioning({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  return (
    <Page title={t('wizard.title')} purpose={t('wizard.purpose')}>
      <Wizard
        projectId={projectId}
        space={useSpace()}
        insecure={window.isSecureContext ? undefined : <InsecurePage projectId={projectId} />}
        links={(deviceId) => (
          <>
            <Link className="link" to="/devices/$deviceId" params={{ deviceId }}>
              {t('wizard.toDevice')}
            </Link>
            <Link className="link" to="/devices/$deviceId" params={{ deviceId }} search={{ tab: 'connect' }}>
              {t('wizard.toConnect')}
            </Link>
          </>
        )}
        kit={(commissioned) => <ConnectionKit projectId={projectId} {...commissioned} />}
      />
    </Page>
  )
}

/** Over plain HTTP from another machine a browser has no cryptography for pages: how to go on. */
function InsecurePage({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { data } = useQuery(platformQuery(projectId))
  const https = data?.listeners.find(({ name }) => name === 'https')
  // An IPv6 address comes with its brackets.
  const host = window.location.hostname.replaceAll(/[[\]]/g, '')
  const address = https && `https://${hostPort(host, https.port)}/wizard`
  return (
    <div className="warning-box" role="alert">
      <p>{t('wizard.insecure')}</p>
      {address !== undefined && (
        <p>
          {t('wizard.insecureGoOn')}{' '}
          <a className="link break" href={address}>
            {address}
          </a>
        </p>
      )}
    </div>
  )
}
