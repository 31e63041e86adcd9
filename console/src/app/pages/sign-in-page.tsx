import { useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { publicPlatformQuery } from '../../features/platform/platform.ts'
import { SignInForm } from '../../features/session/sign-in-form.tsx'
import { sessionQuery } from '../../features/session/session.ts'
import { Brand } from '../brand.tsx'
import { LanguageButton } from '../language-button.tsx'

const route = getRouteApi('/sign-in')

export function SignInPage() {
  const { t } = useTranslation()
  const { next } = route.useSearch()
  const router = useRouter()
  const client = useQueryClient()
  const platform = useQuery(publicPlatformQuery)

  return (
    <div className="sign-in">
      <title>{`${t('signIn.title')} · ${t('common.appName')}`}</title>
      <header className="sign-in-top">
        <LanguageButton />
      </header>
      <main className="sign-in-box">
        <Brand />
        <h1>{t('signIn.title')}</h1>
        {next !== undefined && <p className="soft">{t('signIn.goOn')}</p>}
        <SignInForm
          onSignedIn={(session) => {
            client.setQueryData(sessionQuery.queryKey, session)
            router.history.push(next ?? '/overview')
          }}
        />
        <p className="soft small sign-in-help">{t('signIn.firstStart', { file: 'first-start.txt' })}</p>
      </main>
      <footer className="faint small">
        {platform.data && t('signIn.version', { version: platform.data.version })}
      </footer>
    </div>
  )
}
