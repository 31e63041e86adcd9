import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  CheckSquareOutlined,
  ClusterOutlined,
  DashboardOutlined,
  DeploymentUnitOutlined,
  DesktopOutlined,
  ExperimentOutlined,
  HddOutlined,
  IdcardOutlined,
  InboxOutlined,
  KeyOutlined,
  QuestionCircleOutlined,
  SafetyCertificateOutlined,
  ThunderboltOutlined,
  UserOutlined,
  WarningOutlined,
} from '@ant-design/icons'
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

type Place =
  | '/overview'
  | '/guide'
  | '/products'
  | '/devices'
  | '/ca-certificates'
  | '/bridges'
  | '/provisioning'
  | '/policies'
  | '/wizard'
  | '/live-tail'
  | '/failed-connections'
  | '/would-it-connect'
  | '/client-id'
  | '/settings/spaces'
  | '/settings/access-keys'
  | '/settings/platform'
  | '/settings/account'

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
  const entry = (to: Place, icon: ReactNode, name: string) =>
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
  const group = (name: string) => <h2 className={folded ? 'unseen' : 'nav-group'}>{name}</h2>
  return (
    <nav aria-label={t('frame.navigation')} className="nav">
      <ul>
        <li>{entry('/overview', <DashboardOutlined />, t('frame.overview'))}</li>
        <li>{entry('/guide', <CheckSquareOutlined />, t('frame.guide'))}</li>
        <li>{entry('/products', <AppstoreOutlined />, t('frame.products'))}</li>
      </ul>
      {group(t('frame.devices'))}
      <ul>
        <li>{entry('/devices', <HddOutlined />, t('frame.allDevices'))}</li>
        <li>{entry('/ca-certificates', <SafetyCertificateOutlined />, t('frame.caCertificates'))}</li>
        <li>{entry('/provisioning', <DeploymentUnitOutlined />, t('frame.provisioning'))}</li>
        <li>{entry('/bridges', <ClusterOutlined />, t('frame.bridges'))}</li>
        <li>{entry('/policies', <AuditOutlined />, t('frame.policies'))}</li>
        <li>{entry('/wizard', <ExperimentOutlined />, t('frame.wizard'))}</li>
        <li>{entry('/client-id', <IdcardOutlined />, t('frame.clientId'))}</li>
      </ul>
      {group(t('frame.data'))}
      <ul>
        <li>{entry('/live-tail', <ThunderboltOutlined />, t('frame.liveTail'))}</li>
      </ul>
      {group(t('frame.diagnose'))}
      <ul>
        <li>{entry('/failed-connections', <WarningOutlined />, t('frame.failedConnections'))}</li>
        <li>{entry('/would-it-connect', <QuestionCircleOutlined />, t('frame.wouldItConnect'))}</li>
      </ul>
      {group(t('frame.settings'))}
      <ul>
        <li>{entry('/settings/spaces', <InboxOutlined />, t('frame.spaces'))}</li>
        <li>{entry('/settings/access-keys', <KeyOutlined />, t('frame.accessKeys'))}</li>
        <li>{entry('/settings/platform', <DesktopOutlined />, t('frame.platform'))}</li>
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
