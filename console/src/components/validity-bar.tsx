import { useTranslation } from 'react-i18next'
import { dayOf, exactTime, parseWireTime, relativeTime, utcTime } from '../lib/time.ts'
import { validityOf } from '../lib/validity.ts'
import { useLanguage } from './language.ts'
import { StatusMark } from './status-mark.tsx'
import { caughtUp, useNow } from './time.tsx'
import './certificate-view.css'

const marks = { good: 'online', expiring: 'attention', expired: 'abnormal', early: 'attention' } as const

interface ValidityBarProps {
  /** Times on the wire; both ends belong to the validity. */
  readonly from: string
  readonly until: string
}

/** The validity of a certificate as a bar with today on it, and the same in words. */
export function ValidityBar({ from, until }: ValidityBarProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const now = useNow()
  const [notBefore, notAfter] = [parseWireTime(from), parseWireTime(until)]
  if (notBefore === undefined || notAfter === undefined)
    return (
      <span className="code">
        {from} – {until}
      </span>
    )
  const { state, begin, end, today } = validityOf(notBefore, notAfter, caughtUp(now, notBefore))
  const percent = (part: number): string => `${part * 100}%`
  const when = relativeTime(state === 'early' ? notBefore : notAfter, now, language)
  const whole = (at: number): string => `${exactTime(at, language)} (${utcTime(at)})`
  return (
    <div className={`validity validity-${state}`}>
      <StatusMark mark={marks[state]}>{t(`certificate.states.${state}`, { when })}</StatusMark>
      <div className="validity-track" aria-hidden="true">
        <span className="validity-span" style={{ left: percent(begin), width: percent(end - begin) }} />
        <span className="validity-today" style={{ left: percent(today) }} title={t('certificate.today')} />
      </div>
      <div className="validity-ends soft small">
        <time dateTime={new Date(notBefore).toISOString()} title={whole(notBefore)}>
          {dayOf(notBefore, language)}
        </time>
        <time dateTime={new Date(notAfter).toISOString()} title={whole(notAfter)}>
          {dayOf(notAfter, language)}
        </time>
      </div>
    </div>
  )
}
