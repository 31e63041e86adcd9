import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface PageProps {
  readonly title: string
  /** One sentence: what this page is for. */
  readonly purpose: string
  /** The one thing that people come here to do. */
  readonly action?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, purpose, action, children }: PageProps) {
  const { t } = useTranslation()
  return (
    <div className="page">
      <title>{`${title} · ${t('common.appName')}`}</title>
      <header className="page-head">
        <div>
          <h1>{title}</h1>
          <p className="soft">{purpose}</p>
        </div>
        {action && <div className="page-action">{action}</div>}
      </header>
      {children}
    </div>
  )
}
