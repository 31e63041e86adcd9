import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface PageProps {
  readonly title: string
  /** One sentence: what this page is for. */
  readonly purpose: ReactNode
  /** The one thing that people come here to do. */
  readonly action?: ReactNode
  /** Links to the pages above a detail, the outermost first. */
  readonly trail?: readonly ReactNode[]
  /** Instead of the title's text in the heading, e.g. with a status beside it. */
  readonly heading?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, purpose, action, trail = [], heading, children }: PageProps) {
  const { t } = useTranslation()
  return (
    <div className="page">
      <title>{`${title} · ${t('common.appName')}`}</title>
      <header className="page-head">
        <div className="page-words">
          {trail.length > 0 && (
            <nav className="trail" aria-label={t('common.trail')}>
              <ol>
                {trail.map((link, at) => (
                  <li key={at}>{link}</li>
                ))}
              </ol>
            </nav>
          )}
          <h1>{heading ?? title}</h1>
          <div className="soft">{purpose}</div>
        </div>
        {action && <div className="page-action">{action}</div>}
      </header>
      {children}
    </div>
  )
}
