import { ApiOutlined, DashboardOutlined, InboxOutlined, KeyOutlined, UserOutlined } from '@ant-design/icons'
import { Link } from '@tanstack/react-router'
import { Tooltip } from 'antd'
import type { ReactElement, ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

interface NavigationProps {
  /** Only icons; the words are read out, and shown on hover or focus. */
  readonly folded: boolean
  /** After one was followed. */
  readonly onFollowed?: () => void
}

/** Where one can go: what exists, and nothing else. */
export function Navigation({ folded, onFollowed }: NavigationProps) {
  const { t } = useTranslation()
  const named = (name: string, link: ReactElement): ReactNode =>
    folded ? (
      <Tooltip title={name} placement="right">
        {link}
      </Tooltip>
    ) : (
      link
    )
  const entry = (
    to: '/overview' | '/settings/spaces' | '/settings/access-keys' | '/settings/account',
    icon: ReactNode,
    name: string,
  ) =>
    named(
      name,
      <Link
        to={to}
        className="nav-link"
        activeProps={{ 'aria-current': 'page' }}
        {...(onFollowed && { onClick: onFollowed })}
      >
        {icon}
        <span className={folded ? 'unseen' : undefined}>{name}</span>
      </Link>,
    )
  return (
    <nav aria-label={t('frame.navigation')} className="nav">
      <ul>
        <li>{entry('/overview', <DashboardOutlined />, t('frame.overview'))}</li>
      </ul>
      <h2 className={folded ? 'unseen' : 'nav-group'}>{t('frame.settings')}</h2>
      <ul>
        <li>{entry('/settings/spaces', <InboxOutlined />, t('frame.spaces'))}</li>
        <li>{entry('/settings/access-keys', <KeyOutlined />, t('frame.accessKeys'))}</li>
        <li>{entry('/settings/account', <UserOutlined />, t('frame.account'))}</li>
      </ul>
      <ul className="nav-last">
        <li>
          {named(
            t('frame.apiReference'),
            <a href="/docs" target="_blank" rel="noreferrer" className="nav-link">
              <ApiOutlined />
              <span className={folded ? 'unseen' : undefined}>{t('frame.apiReference')}</span>
              <span className="unseen"> ({t('frame.newTab')})</span>
            </a>,
          )}
        </li>
      </ul>
    </nav>
  )
}
