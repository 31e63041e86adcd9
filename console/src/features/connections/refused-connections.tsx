import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { ConnectionVerdict } from '../../api/types.ts'
import { Id } from '../../components/id.tsx'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { refusedConnectionsQuery, subjectText } from './connections.ts'

interface RefusedConnectionsProps {
  readonly projectId: string
  /** Whether what is shown follows what happens. */
  readonly live: boolean
}

/** Who was refused lately, and why, in the platform's own sentence. */
export function RefusedConnections({ projectId, live }: RefusedConnectionsProps) {
  const { t } = useTranslation()
  const refused = useQuery(refusedConnectionsQuery(projectId, useLanguage()))
  return (
    <Panel
      title={t('connections.title')}
      extra={
        <span role="status" className="small">
          <StatusMark mark={live ? 'online' : 'inactive'}>
            {t(live ? 'connections.live' : 'connections.reconnecting')}
          </StatusMark>
        </span>
      }
    >
      <Answer of={refused}>
        {(verdicts) =>
          verdicts.length === 0 ? (
            <EmptyState text={t('connections.empty')} />
          ) : (
            <ul className="plain-list">
              {verdicts.map((verdict, at) => (
                <RefusedConnection key={verdict.id ?? at} verdict={verdict} />
              ))}
            </ul>
          )
        }
      </Answer>
    </Panel>
  )
}

function RefusedConnection({ verdict }: { readonly verdict: ConnectionVerdict }) {
  const { t } = useTranslation()
  const deviceId = subjectText(verdict, 'device_id')
  const clientId = subjectText(verdict, 'client_id')
  const address = subjectText(verdict, 'address')
  const listener = subjectText(verdict, 'listener')
  const fingerprint = subjectText(verdict, 'fingerprint')
  return (
    <li>
      <div className="item-head">
        {deviceId !== undefined ? (
          <Id value={deviceId} what={t('connections.deviceId')} />
        ) : clientId !== undefined ? (
          <Id value={clientId} what={t('connections.clientId')} />
        ) : (
          <span className="faint">{t('connections.unknownClient')}</span>
        )}
        <span className="faint small">
          <Time at={verdict.at} />
          {address !== undefined && <> {t('connections.from', { address })}</>}
          {listener !== undefined && <> · {listener.toUpperCase()}</>}
        </span>
        <code className="faint small">{verdict.code}</code>
      </div>
      <p>
        {verdict.id === undefined ? (
          verdict.sentence
        ) : (
          <Link className="link" to="/failed-connections/$connectionId" params={{ connectionId: verdict.id }}>
            {verdict.sentence}
          </Link>
        )}
      </p>
      {verdict.remedy !== '' && (
        <p className="soft">
          <span className="faint">{t('connections.remedy')}</span> {verdict.remedy}
        </p>
      )}
      {fingerprint !== undefined && (
        <p className="faint small">
          {t('connections.fingerprint')} <Id value={fingerprint} what={t('connections.fingerprint')} />
        </p>
      )}
    </li>
  )
}
