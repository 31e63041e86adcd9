import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Page } from '../../components/page.tsx'
import { ClientIdForm } from '../../features/client-id/client-id-form.tsx'
import { publicPlatformQuery } from '../../features/platform/platform.ts'
import { sessionQuery } from '../../features/session/session.ts'
import { hostPort } from '../../lib/format.ts'
import { Brand } from '../brand.tsx'
import { LanguageButton } from '../language-button.tsx'

/** For anyone: who commissions a device need not be a user. */
export function ClientIdPage() {
  const { t } = useTranslation()
  const session = useQuery(sessionQuery)
  const platform = useQuery(publicPlatformQuery)
  const mqtts = platform.data?.listeners.find(({ name }) => name === 'mqtts')
  return (
    <div className="client-id">
      <header className="client-id-top">
        <Brand />
        <span className="wrapping">
          <Link className="link" to={session.data ? '/overview' : '/sign-in'}>
            {t(session.data ? 'clientId.back' : 'signIn.title')}
          </Link>
          <LanguageButton />
        </span>
      </header>
      <main>
        <Page title={t('clientId.title')} purpose={t('clientId.purpose')}>
          <div className="panel">
            <ClientIdForm />
          </div>
          {mqtts && (
            <p className="soft wrapping">
              {t('clientId.connectTo')}
              <CopyText text={hostPort(location.hostname, mqtts.port)} what={t('access.address')} />
              <a className="link" href="/resources/platform-ca.pem" download="platform-ca.pem">
                {t('resources.platformCa')}
              </a>
            </p>
          )}
        </Page>
      </main>
    </div>
  )
}
