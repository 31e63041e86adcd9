import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import type { FailingDevice } from './failing.ts'

/** Registered devices that were refused in the last day, each once, with how often and why the last time. */
export function FailingDevices({ failing }: { readonly failing: readonly FailingDevice[] }) {
  const { t } = useTranslation()
  return (
    <ul className="plain-list">
      {failing.map(({ deviceId, times, last }) => (
        <li key={deviceId}>
          <div className="item-head">
            <Link
              className="link code break"
              to="/devices/$deviceId"
              params={{ deviceId }}
              search={{ tab: 'connections' }}
            >
              {deviceId}
            </Link>
            <StatusMark mark="abnormal">{t('overview.failing', { count: times })}</StatusMark>
            <span className="faint small">
              <Time at={last.at} />
            </span>
          </div>
          <p className="soft">{last.sentence}</p>
        </li>
      ))}
    </ul>
  )
}
