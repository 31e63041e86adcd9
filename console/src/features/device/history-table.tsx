import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { useLanguage } from '../../components/language.ts'
import { Time } from '../../components/time.tsx'
import { exactTime } from '../../lib/time.ts'
import type { HistoryRow } from './history.ts'
import type { ShownProperty } from './latest.ts'
import { PropertyValue } from './property-value.tsx'

interface HistoryTableProps {
  /** Newest first. */
  readonly rows: readonly HistoryRow[]
  readonly properties: readonly ShownProperty[]
  /** There are older rows than these. */
  readonly more: boolean
  readonly busy: boolean
  readonly onMore: () => void
}

/** So many rows at first, a screen's worth, and so many more with each click. */
const ROWS_FIRST = 20
const ROWS_STEP = 100

/** The same points as the chart's, to be read, and those that cannot be drawn. */
export function HistoryTable({ rows, properties, more, busy, onMore }: HistoryTableProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const [shown, setShown] = useState(ROWS_FIRST)
  return (
    <>
      <DataTable
        label={t('device.history.points')}
        rows={rows.slice(0, shown)}
        keyOf={({ key }) => key}
        columns={[
          {
            key: 'time',
            title: t('device.history.time'),
            cell: ({ time }) => (
              <time dateTime={new Date(time).toISOString()}>{exactTime(time, language)}</time>
            ),
          },
          ...properties.map(({ name, model }) => ({
            key: name,
            title: name,
            cell: ({ values }: HistoryRow) =>
              Object.hasOwn(values, name) && values[name] !== null ? (
                <PropertyValue value={values[name]} unit={model?.unit} />
              ) : (
                <span className="faint">—</span>
              ),
          })),
          {
            key: 'received',
            title: t('device.history.received'),
            cell: ({ receivedAt }) => (
              <span className="soft">
                <Time at={new Date(receivedAt).toISOString()} />
              </span>
            ),
          },
        ]}
      />
      <div className="list-head">
        <span className="soft" role="status">
          {t('device.history.shown', { count: Math.min(shown, rows.length) })}
        </span>
        {(more || shown < rows.length) && (
          <Button
            loading={busy}
            onClick={() => {
              if (shown + ROWS_STEP > rows.length && more) onMore()
              setShown(shown + ROWS_STEP)
            }}
          >
            {t('device.older')}
          </Button>
        )}
      </div>
    </>
  )
}
