import { useQuery } from '@tanstack/react-query'
import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { type Mark, StatusMark } from '../../components/status-mark.tsx'
import { exactTime } from '../../lib/time.ts'
import { healthQuery } from './platform.ts'

interface Told {
  readonly mark: Mark
  readonly word: string
  readonly reason: string
}

/** Whether the platform can do its work, with the reason on hover or focus. */
export function HealthDot() {
  const { t } = useTranslation()
  const language = useLanguage()
  const { data, isError, isPending, dataUpdatedAt } = useQuery(healthQuery)

  const told = (): Told => {
    if (isError)
      return {
        mark: 'abnormal',
        word: t('health.unreachable'),
        reason:
          dataUpdatedAt === 0
            ? t('health.unreachableFirst')
            : t('health.unreachableReason', { since: exactTime(dataUpdatedAt, language) }),
      }
    if (isPending) return { mark: 'inactive', word: t('health.checking'), reason: t('health.checking') }
    if (data.ready) return { mark: 'online', word: t('health.ready'), reason: t('health.readyReason') }
    return { mark: 'abnormal', word: t('health.notReady'), reason: data.reason ?? t('health.notReady') }
  }

  const { mark, word, reason } = told()
  return (
    <Tooltip title={reason} placement="bottom">
      <button type="button" className="plain-button health" aria-label={`${word}: ${reason}`}>
        <StatusMark mark={mark}>
          <span className="wide-only">{word}</span>
        </StatusMark>
      </button>
    </Tooltip>
  )
}
