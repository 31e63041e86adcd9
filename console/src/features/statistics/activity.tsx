import type { UseQueryResult } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { StatisticsNow } from '../../api/types.ts'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import { Answer } from '../../components/states.tsx'
import { SmallChart } from './small-chart.tsx'
import { BUCKET_MILLIS, DAY_MILLIS, FIGURES_MAX, reportRates, type Statistics } from './statistics.ts'

const FIGURE_MILLIS = 2000

interface ActivityProps {
  readonly statistics: UseQueryResult<Statistics>
  /** As they came by the stream of events, oldest first. */
  readonly figures: readonly StatisticsNow[]
}

/** Devices online over the last day, and reports per second as they come. */
export function Activity({ statistics, figures }: ActivityProps) {
  const { t } = useTranslation()
  const numbers = new Intl.NumberFormat(useLanguage(), { maximumFractionDigits: 1 })
  const rates = reportRates(figures)
  const rate = rates.at(-1)
  const liveTo = rate?.at ?? 0
  return (
    <div className="halves">
      <Panel title={t('activity.online')}>
        <Answer of={statistics}>
          {({ now, points }) => {
            const to = Date.parse(now.at)
            const values = points.map(({ time, online }) => ({ at: Date.parse(time), value: online }))
            const most = Math.max(now.online, ...values.map(({ value }) => value))
            return (
              <SmallChart
                label={t('activity.onlineTold', {
                  now: numbers.format(now.online),
                  most: numbers.format(most),
                })}
                points={[...values, { at: to, value: now.online }]}
                from={to - DAY_MILLIS}
                to={to}
                step={BUCKET_MILLIS}
                least={4}
              />
            )
          }}
        </Answer>
      </Panel>
      <Panel
        title={t('activity.reports')}
        extra={rate && <strong>{t('activity.perSecond', { rate: numbers.format(rate.value) })}</strong>}
      >
        {rate ? (
          <SmallChart
            label={t('activity.reportsTold', { rate: numbers.format(rate.value) })}
            points={rates}
            from={liveTo - FIGURES_MAX * FIGURE_MILLIS}
            to={liveTo}
            step={FIGURE_MILLIS * 2}
            least={1}
          />
        ) : (
          <p className="soft small-chart">{t('activity.waiting')}</p>
        )}
      </Panel>
    </div>
  )
}
