import { Button, Input, Popover, Radio } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { localTimeText, parseLocalTime } from '../../lib/time.ts'
import { type Period, type Range, type Span, spans } from './history.ts'

interface RangeChooserProps {
  readonly range: Range
  readonly period: Period
  readonly onSpan: (span: Span) => void
  readonly onPeriod: (period: Period) => void
}

/** Spans up to now, and a range of one's own. */
export function RangeChooser({ range, period, onSpan, onPeriod }: RangeChooserProps) {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)
  const own = typeof range !== 'string'
  return (
    <div className="range-chooser">
      <Radio.Group
        aria-label={t('device.history.range')}
        optionType="button"
        value={own ? '' : range}
        onChange={({ target }) => onSpan(target.value as Span)}
        options={Object.keys(spans).map((span) => ({
          value: span,
          label: t(`device.history.spans.${span as Span}`),
        }))}
      />
      <Popover
        trigger="click"
        open={open}
        onOpenChange={setOpen}
        destroyOnHidden
        placement="bottomRight"
        content={
          <OwnRange
            period={period}
            onPeriod={(next) => {
              setOpen(false)
              onPeriod(next)
            }}
          />
        }
      >
        <Button {...(own && { type: 'primary' as const, ghost: true })} aria-expanded={open}>
          {t('device.history.own')}
        </Button>
      </Popover>
    </div>
  )
}

interface OwnRangeProps {
  readonly period: Period
  readonly onPeriod: (period: Period) => void
}

function OwnRange({ period, onPeriod }: OwnRangeProps) {
  const { t } = useTranslation()
  const [from, setFrom] = useState(() => localTimeText(period.from))
  const [to, setTo] = useState(() => localTimeText(period.to))
  const [tried, setTried] = useState(false)
  const next = { from: parseLocalTime(from), to: parseLocalTime(to) }
  const fault =
    next.from === undefined || next.to === undefined || next.from >= next.to
      ? t('device.history.rangeFault')
      : undefined
  return (
    <form
      className="form own-range"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        if (fault === undefined && next.from !== undefined && next.to !== undefined)
          onPeriod({ from: next.from, to: next.to })
      }}
    >
      <Field label={t('device.history.from')}>
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            step={1}
            value={from}
            onChange={({ target }) => setFrom(target.value)}
          />
        )}
      </Field>
      <Field
        label={t('device.history.to')}
        help={t('device.history.zone', { zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}
        error={tried ? fault : undefined}
      >
        {(control) => (
          <Input
            {...control}
            type="datetime-local"
            step={1}
            value={to}
            onChange={({ target }) => setTo(target.value)}
          />
        )}
      </Field>
      <Button type="primary" htmlType="submit">
        {t('device.history.show')}
      </Button>
    </form>
  )
}
