import { useTranslation } from 'react-i18next'
import { Id } from '../../components/id.tsx'
import { useLanguage } from '../../components/language.ts'
import { EmptyState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { useNow } from '../../components/time.tsx'
import { parseWireTime, relativeTime } from '../../lib/time.ts'
import { EXPIRY_NEAR_DAYS } from '../../lib/validity.ts'
import { type Certificate, type Concern, concernsOf } from './certificates.ts'

interface AttentionListProps {
  readonly certificates: readonly Certificate[]
  /** Nothing else needs attention: then it is said when nothing does. */
  readonly isAlone: boolean
}

/** What has to be done about device CA certificates, or that there is nothing. */
export function AttentionList({ certificates, isAlone }: AttentionListProps) {
  const { t } = useTranslation()
  const concerns = concernsOf(certificates, useNow())
  if (concerns.length === 0)
    return (
      isAlone && (
        <EmptyState
          text={
            certificates.length > 0
              ? t('overview.attentionNone', { days: EXPIRY_NEAR_DAYS })
              : t('overview.attentionEmpty')
          }
        />
      )
    )
  return (
    <ul className="plain-list">
      {concerns.map((concern) => (
        <ConcernItem key={concern.certificate.certificate_id} {...concern} />
      ))}
    </ul>
  )
}

function ConcernItem({ certificate, reasons }: Concern) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  const expiresAt = parseWireTime(certificate.expiry_date)
  const when = expiresAt === undefined ? certificate.expiry_date : relativeTime(expiresAt, now, language)
  const texts = {
    unverified: t('overview.unverifiedText'),
    expiring: t('overview.expiringText', { when }),
    expired: t('overview.expiredText', { when }),
  }
  const words = {
    unverified: t('overview.unverified'),
    expiring: t('common.expiring'),
    expired: t('common.expired'),
  }
  return (
    <li>
      <div className="item-head">
        <strong className="break">{certificate.cn_name}</strong>
        <Id value={certificate.certificate_id} what={t('overview.certificates')} />
        {reasons.map((reason) => (
          <StatusMark key={reason} mark={reason === 'expired' ? 'abnormal' : 'attention'}>
            {words[reason]}
          </StatusMark>
        ))}
      </div>
      {reasons.map((reason) => (
        <p key={reason} className="soft">
          {texts[reason]}
        </p>
      ))}
    </li>
  )
}
