import { useInfiniteQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../../components/code-block.tsx'
import { Panel } from '../../../components/panel.tsx'
import { Answer, EmptyState } from '../../../components/states.tsx'
import { Time } from '../../../components/time.tsx'
import type { Place } from '../device.ts'
import '../device.css'
import { LogSwitchPanel } from './log-switch.tsx'
import { deviceLogsQuery, type DeviceLogLine, logCategories, type LogCategory } from './logs.ts'

/** What the device wrote about itself, and whether it is asked to. */
export function DeviceLogs({ place }: { readonly place: Place }) {
  const { t } = useTranslation()
  const [category, setCategory] = useState<LogCategory>()
  const logs = useInfiniteQuery(deviceLogsQuery(place, category))
  return (
    <div className="stack">
      <LogSwitchPanel place={place} />
      <Panel
        title={t('logs.lines')}
        extra={
          <Select<LogCategory | 'all'>
            className="chooser"
            aria-label={t('logs.category')}
            value={category ?? 'all'}
            onChange={(value) => setCategory(value === 'all' ? undefined : value)}
            options={(['all', ...logCategories] as const).map((value) => ({
              value,
              label: t(`logs.categories.${value}`),
            }))}
          />
        }
      >
        <Answer of={logs}>
          {({ pages }) => {
            const lines = pages.flatMap((page) => page.logs)
            if (lines.length === 0 && !logs.hasNextPage)
              return <EmptyState text={t(category ? 'logs.noneOf' : 'logs.empty')} />
            return (
              <ul className="connection-log" aria-label={t('logs.lines')}>
                {lines.map((line, at) => (
                  // One event may hold several lines; none comes between them later.
                  <LogLine key={`${line.position} ${lines.length - at}`} line={line} />
                ))}
              </ul>
            )
          }}
        </Answer>
        {logs.hasNextPage && (
          <div>
            <Button loading={logs.isFetchingNextPage} onClick={() => void logs.fetchNextPage()}>
              {t('device.older')}
            </Button>
          </div>
        )}
      </Panel>
    </div>
  )
}

function LogLine({ line }: { readonly line: DeviceLogLine }) {
  const { t } = useTranslation()
  const { receive_time: received, log_time: logged, category, type, content } = line
  return (
    <li className="log-line">
      <span className="wrapping">
        <code className="break">{type}</code>
        <span className="faint small">
          {category === 'security' && `${t('logs.categories.security')} · `}
          <Time at={logged ?? received} />
          {logged !== undefined && (
            <>
              {' · '}
              {t('device.received')} <Time at={received} />
            </>
          )}
        </span>
      </span>
      {typeof content === 'string' ? (
        <span className="log-content break">{content}</span>
      ) : (
        <CodeBlock text={JSON.stringify(content, undefined, 2)} what={type} />
      )}
    </li>
  )
}
