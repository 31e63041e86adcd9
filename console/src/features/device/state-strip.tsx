import { useTranslation } from 'react-i18next'
import { seriesVariable } from '../../components/chart.tsx'
import { useLanguage } from '../../components/language.ts'
import { exactTime } from '../../lib/time.ts'
import type { Period } from './history.ts'
import type { State } from './states.ts'

interface StateStripProps extends Period {
  readonly name: string
  readonly states: readonly State[]
}

/** More stretches than that cannot be told apart, nor drawn without effort. */
const STATES_MAX = 200

/** Which value held when, as stretches of a strip over time; the table below it says the same in words. */
export function StateStrip({ name, states, from, to }: StateStripProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const values = [...new Set(states.map(({ value }) => value))]
  const across = (at: number): number => Math.min(Math.max((at - from) / (to - from), 0), 1) * 100
  return (
    <figure className="chart">
      <figcaption className="chart-readout code">{name}</figcaption>
      {states.length > STATES_MAX ? (
        <p className="faint small">{t('device.history.tooManyStates')}</p>
      ) : (
        <div
          className="strip"
          role="img"
          aria-label={t('device.history.chartLabel', {
            names: name,
            from: exactTime(from, language),
            to: exactTime(to, language),
          })}
        >
          {states.map((state) => (
            <span
              key={state.from}
              className="strip-state code"
              title={`${state.value} · ${exactTime(state.from, language)} – ${exactTime(state.to, language)}`}
              style={{
                left: `${across(state.from)}%`,
                width: `${across(state.to) - across(state.from)}%`,
                borderColor: `var(--${seriesVariable(values.indexOf(state.value))})`,
              }}
            >
              {state.value}
            </span>
          ))}
        </div>
      )}
    </figure>
  )
}
