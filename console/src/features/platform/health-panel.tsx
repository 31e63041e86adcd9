import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../components/panel.tsx'
import { LoadingRows } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { healthQuery } from './platform.ts'

const links = [
  ['/metrics', 'metrics'],
  ['/health/ready', 'health'],
  ['/docs', 'apiReference'],
] as const

/** Whether the platform can do its work, why not, and where machines ask for more. */
export function HealthPanel() {
  const { t } = useTranslation()
  const { data, isError, isPending } = useQuery(healthQuery)
  const ready = !isError && data?.ready === true
  const reason = isError
    ? t('health.unreachableFirst')
    : ready
      ? t('health.readyReason')
      : (data?.reason ?? t('health.notReady'))
  return (
    <Panel title={t('platform.health')}>
      {isPending ? (
        <LoadingRows rows={1} />
      ) : (
        <p role="status" className="wrapping">
          <StatusMark mark={ready ? 'online' : 'abnormal'}>
            <strong>{t(isError ? 'health.unreachable' : ready ? 'health.ready' : 'health.notReady')}</strong>
          </StatusMark>
          <span className="soft">{reason}</span>
        </p>
      )}
      <div className="wrapping">
        {links.map(([href, name]) => (
          <Button key={href} size="small" href={href} target="_blank" rel="noreferrer">
            {t(`platform.links.${name}`)}
            <span className="unseen"> ({t('frame.newTab')})</span>
          </Button>
        ))}
      </div>
    </Panel>
  )
}
