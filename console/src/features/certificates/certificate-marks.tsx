import { useTranslation } from 'react-i18next'
import { StatusMark } from '../../components/status-mark.tsx'
import { caughtUp, Time, useNow } from '../../components/time.tsx'
import { parseWireTime } from '../../lib/time.ts'
import { validityOf } from '../../lib/validity.ts'
import type { OwnCertificate } from './own-certificates.ts'

/** **Unverified** or **Verified** (guide S46, S63). */
export function VerifiedMark({ verified }: Pick<OwnCertificate, 'verified'>) {
  const { t } = useTranslation()
  return verified ? (
    <StatusMark mark="online">{t('caCertificates.verified')}</StatusMark>
  ) : (
    <StatusMark mark="attention">{t('caCertificates.unverified')}</StatusMark>
  )
}

/** When it expires, marked when that is near or past. */
export function ExpiryMark({ certificate }: { readonly certificate: OwnCertificate }) {
  const { t } = useTranslation()
  const now = useNow()
  const [from, until] = [parseWireTime(certificate.effective_date), parseWireTime(certificate.expiry_date)]
  const state =
    from !== undefined && until !== undefined ? validityOf(from, until, caughtUp(now, from)).state : 'good'
  const time = <Time at={certificate.expiry_date} as="day" />
  if (state !== 'expired' && state !== 'expiring') return time
  return (
    <span className="wrapping">
      {time}
      <StatusMark mark={state === 'expired' ? 'abnormal' : 'attention'}>{t(`common.${state}`)}</StatusMark>
    </span>
  )
}
