import { Button } from 'antd'
import { type ErrorComponentProps, useRouter } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../api/api-error.ts'
import { ErrorState } from '../components/states.tsx'

/** Stands where a page broke. A platform that does not answer is no fault of the page, and is told as such. */
export function BrokenPage({ error }: ErrorComponentProps) {
  const { t } = useTranslation()
  const router = useRouter()
  if (error instanceof ApiError)
    return (
      <main className="alone">
        <title>{t('common.appName')}</title>
        <h1>{t('error.title')}</h1>
        <ErrorState error={error} retry={() => router.invalidate()} />
      </main>
    )
  return (
    <main className="alone">
      <title>{t('common.appName')}</title>
      <h1>{t('error.pageTitle')}</h1>
      <p className="soft">{t('error.pageText')}</p>
      <pre className="code break small">{error instanceof Error ? error.message : String(error)}</pre>
      <div>
        <Button type="primary" onClick={() => location.reload()}>
          {t('error.reload')}
        </Button>
      </div>
    </main>
  )
}

export function NotFoundPage() {
  const { t } = useTranslation()
  const router = useRouter()
  return (
    <main className="alone">
      <title>{`${t('error.notFoundTitle')} · ${t('common.appName')}`}</title>
      <h1>{t('error.notFoundTitle')}</h1>
      <p className="soft">{t('error.notFoundText')}</p>
      <div>
        <Button type="primary" onClick={() => void router.navigate({ to: '/overview' })}>
          {t('error.toOverview')}
        </Button>
      </div>
    </main>
  )
}
