import { useState, useSyncExternalStore } from 'react'
import { Checkbox } from 'antd'
import { useTranslation } from 'react-i18next'
import { type Mark, StatusMark } from '../../../components/status-mark.tsx'
import { EmptyState } from '../../../components/states.tsx'
import { WindowedRows } from '../../../components/windowed-rows.tsx'
import type { BatchRow } from './csv.ts'
import { deviceIdOf, type OwnSentences, sentenceOf } from './result-file.ts'
import { authTypeText } from './csv.ts'
import { type BatchDefaults, stateOf, type Verdict } from './rows.ts'

interface BatchTableProps {
  readonly rows: readonly BatchRow[]
  readonly verdicts: readonly Verdict[]
  readonly defaults: BatchDefaults
  readonly sentences: OwnSentences
}

const marks: { readonly [K in ReturnType<typeof stateOf>]: Mark } = {
  open: 'inactive',
  ready: 'offline',
  registered: 'online',
  refused: 'abnormal',
}

/** Every row of the file with what is known of it. */
export function BatchTable({ rows, verdicts, defaults, sentences }: BatchTableProps) {
  const { t } = useTranslation()
  const isNarrow = useSyncExternalStore(onWidth, narrow)
  const [onlyRefused, setOnlyRefused] = useState(false)
  const verdictAt = (place: number): Verdict => verdicts[place] ?? { kind: 'unchecked' }
  const shown = [...rows.keys()].filter((place) => !onlyRefused || stateOf(verdictAt(place)) === 'refused')

  return (
    <section className="lines" aria-label={t('batch.rows')}>
      <Checkbox checked={onlyRefused} onChange={({ target }) => setOnlyRefused(target.checked)}>
        {t('batch.onlyRefused')}
      </Checkbox>
      {shown.length === 0 ? (
        <EmptyState text={t('batch.noneRefused')} />
      ) : (
        <WindowedRows
          label={t('batch.rows')}
          titles={[
            t('batch.row'),
            t('batch.verdict'),
            t('devices.nodeId'),
            t('devices.deviceId'),
            t('devices.auth'),
          ]}
          count={shown.length}
          rowHeight={isNarrow ? 148 : 52}
          height={isNarrow ? 480 : 560}
          rowClass="batch-row"
          cells={(at) => {
            const place = shown[at] ?? 0
            const row = rows[place]
            if (!row) return []
            const verdict = verdictAt(place)
            const state = stateOf(verdict)
            const sentence = sentenceOf(verdict, sentences)
            const authType = authTypeText(row.cells.auth_type ?? defaults.authType)
            const deviceId = deviceIdOf(row, verdict)
            return [
              <span key="line" className="soft">
                {row.line}
              </span>,
              <span key="verdict" className="batch-verdict" title={sentence}>
                <StatusMark mark={marks[state]}>
                  {t(`batch.states.${verdict.kind === 'unsure' ? 'unsure' : state}`)}
                </StatusMark>
                {sentence !== '' && <span className="small batch-sentence">{sentence}</span>}
              </span>,
              <code key="node" className="cut" title={row.cells.node_id}>
                {row.cells.node_id ?? '—'}
              </code>,
              <code key="device" className="cut" title={deviceId}>
                {deviceId || '—'}
              </code>,
              <span key="auth" className="cut">
                {authType === 'SECRET' || authType === 'CERTIFICATES'
                  ? t(`devices.authTypes.${authType}`)
                  : authType}
              </span>,
            ]
          }}
        />
      )}
    </section>
  )
}

// Where styles.css makes cards of rows.
const narrowWindow = (): MediaQueryList => matchMedia('(max-width: 720px)')
const narrow = (): boolean => narrowWindow().matches

function onWidth(tell: () => void): () => void {
  const query = narrowWindow()
  query.addEventListener('change', tell)
  return () => query.removeEventListener('change', tell)
}
