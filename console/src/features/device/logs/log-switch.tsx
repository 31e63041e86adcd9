import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Panel } from '../../../components/panel.tsx'
import { Answer, ErrorState } from '../../../components/states.tsx'
import { StatusMark } from '../../../components/status-mark.tsx'
import { Time } from '../../../components/time.tsx'
import type { Place } from '../device.ts'
import { type LogSwitch, logSwitchQuery, switchLog } from './logs.ts'

const HOUR = 3_600_000
/** For so long a device is asked to report its log. */
const spanMillis = { hour: HOUR, day: 24 * HOUR, week: 7 * 24 * HOUR } as const
type Span = keyof typeof spanMillis
const spans = ['hour', 'day', 'week'] as const satisfies readonly Span[]

/** Whether the device is asked to report its log, until when, and whether it knows. */
export function LogSwitchPanel({ place }: { readonly place: Place }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { queryKey, ...query } = logSwitchQuery(place)
  const now = useQuery({ queryKey, ...query })
  const [span, setSpan] = useState<Span>('day')
  const change = useMutation({
    mutationFn: (on: boolean) => switchLog(place, on ? new Date(Date.now() + spanMillis[span]) : undefined),
    onSuccess: (after) => client.setQueryData(queryKey, after),
  })
  return (
    <Panel title={t('logs.collection')} text={t('logs.collectionText')}>
      <Answer of={now}>
        {(state) => (
          <div className="stack">
            <SwitchState state={state} />
            <div className="wrapping">
              {state.switch === 'off' && (
                <Select<Span>
                  className="chooser"
                  aria-label={t('logs.forHowLong')}
                  value={span}
                  onChange={setSpan}
                  options={spans.map((value) => ({ value, label: t(`logs.spans.${value}`) }))}
                />
              )}
              <Button
                {...(state.switch === 'off' && { type: 'primary' })}
                loading={change.isPending}
                onClick={() => change.mutate(state.switch === 'off')}
              >
                {t(state.switch === 'off' ? 'logs.turnOn' : 'logs.turnOff')}
              </Button>
            </div>
            {change.error && <ErrorState error={change.error} />}
          </div>
        )}
      </Answer>
    </Panel>
  )
}

function SwitchState({ state }: { readonly state: LogSwitch }) {
  const { t } = useTranslation()
  const { switch: position, end_time: end, change_time: changed, told_time: told, delivery } = state
  return (
    <div className="lines" role="status">
      <StatusMark mark={position === 'on' ? 'online' : 'offline'}>
        <strong>{t(`logs.states.${position}`)}</strong>
        {end !== undefined && (
          <span className="soft">
            {' '}
            {t('logs.until')} <Time at={end} />
          </span>
        )}
      </StatusMark>
      {changed !== undefined &&
        (told === undefined ? (
          <span className="soft">{delivery?.sentence ?? t('logs.notTold')}</span>
        ) : (
          <span className="soft">
            {t('logs.told')} <Time at={told} />
          </span>
        ))}
    </div>
  )
}
