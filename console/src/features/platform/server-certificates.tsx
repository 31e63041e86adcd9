import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time, useNow } from '../../components/time.tsx'
import { DAY, dayOf } from '../../lib/time.ts'
import type { Platform } from './platform.ts'

type Certificates = NonNullable<Platform['server_certificates']>

/** The platform renews its own 60 days before the end: one that is nearer is the operator's to replace. */
const NEAR_DAYS = 30

/** What the TLS listeners show of the platform, and how long it is good for. */
export function ServerCertificates({ certificates }: { readonly certificates: Certificates }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  return (
    <Panel level={3} title={t('platform.certificates')} text={t('platform.certificatesText')}>
      <DataTable
        label={t('platform.certificates')}
        rows={certificates}
        keyOf={({ fingerprint }) => fingerprint}
        columns={[
          {
            key: 'subject',
            title: t('resources.subject'),
            cell: ({ subject }) => <span className="break">{subject}</span>,
          },
          { key: 'key', title: t('platform.key'), cell: ({ key }) => key },
          {
            key: 'names',
            title: t('platform.names'),
            cell: ({ names }) => <span className="break code">{names.join(', ')}</span>,
          },
          {
            key: 'fingerprint',
            title: t('resources.fingerprint'),
            cell: ({ fingerprint }) => <Id value={fingerprint} what={t('resources.fingerprint')} />,
          },
          {
            key: 'expires',
            title: t('resources.expires'),
            cell: ({ expires_at: expires }) => {
              const at = Date.parse(expires)
              return (
                <span className="lines">
                  <span>{dayOf(at, language)}</span>
                  {at <= now + NEAR_DAYS * DAY ? (
                    <StatusMark mark="attention">
                      {t(at <= now ? 'common.expired' : 'common.expiring')}
                    </StatusMark>
                  ) : (
                    <span className="faint small">
                      <Time at={expires} />
                    </span>
                  )}
                </span>
              )
            },
          },
        ]}
      />
    </Panel>
  )
}
