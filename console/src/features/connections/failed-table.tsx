import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { subjectText } from './connections.ts'
import type { Repeated } from './failed-list.ts'
import './failed.css'

/** Who was refused, when, from where and why; the reason leads to all that was seen. */
export function FailedTable({ rows }: { readonly rows: readonly Repeated[] }) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('failed.title')}
      rows={rows}
      keyOf={({ verdict }) => verdict.id ?? ''}
      columns={[
        {
          key: 'at',
          title: t('failed.time'),
          cell: ({ verdict, count, since }) => (
            <div className="lines failed-when">
              <span>
                <Time at={verdict.at} />
              </span>
              {count > 1 && (
                <span className="faint small">
                  {t('failed.times', { count })} <Time at={since} />
                </span>
              )}
            </div>
          ),
        },
        {
          key: 'who',
          title: t('failed.who'),
          cell: ({ verdict }) => {
            const deviceId = subjectText(verdict, 'device_id')
            const clientId = subjectText(verdict, 'client_id')
            const address = subjectText(verdict, 'address')
            return (
              <div className="lines failed-who">
                {deviceId !== undefined ? (
                  <Id value={deviceId} what={t('connections.deviceId')} />
                ) : clientId !== undefined ? (
                  <Id value={clientId} what={t('connections.clientId')} />
                ) : (
                  <span className="faint">{t('connections.unknownClient')}</span>
                )}
                {address !== undefined && (
                  <span className="faint small break">
                    {address} · {subjectText(verdict, 'listener')?.toUpperCase()}
                  </span>
                )}
              </div>
            )
          },
        },
        {
          key: 'why',
          title: t('failed.why'),
          cell: ({ verdict: { id = '', sentence, code } }) => (
            <div className="lines">
              <StatusMark mark="refused">
                <Link
                  className="link break"
                  to="/failed-connections/$connectionId"
                  params={{ connectionId: id }}
                >
                  {sentence}
                </Link>
              </StatusMark>
              <code className="faint small">{code}</code>
            </div>
          ),
        },
      ]}
    />
  )
}
