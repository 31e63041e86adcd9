import { infiniteQueryOptions, useInfiniteQuery } from '@tanstack/react-query'
import { Button, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import type { ConnectionVerdict } from '../../api/types.ts'
import { useLanguage } from '../../components/language.ts'
import { Answer, EmptyState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { markOf } from '../../components/verdict.ts'
import { ConnectionVerdictView } from '../../components/verdict-view.tsx'
import { type Device, deviceKey, isDirect, type Place } from './device.ts'

const outcomes = ['accepted', 'refused', 'noted'] as const
type Outcome = (typeof outcomes)[number]

/** `language` is part of the key: sentences come in it. */
const connectionLogQuery = (place: Place, language: string, outcome: Outcome | undefined) =>
  infiniteQueryOptions({
    queryKey: [...deviceKey(place), 'connections', language, outcome],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam: marker, signal }) =>
      call('GET /quayside/v1/{project_id}/connections', {
        params: { project_id: place.projectId },
        query: {
          device_id: place.deviceId,
          limit: 30,
          ...(outcome && { outcome }),
          ...(marker !== undefined && { marker }),
        },
        signal,
      }),
    getNextPageParam: ({ page }) => page.marker,
  })

/** Every attempt of the device to connect, newest first: each unfolds into the steps of its verdict. */
export function ConnectionLog({ place, device }: { readonly place: Place; readonly device: Device }) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<Outcome>()
  const log = useInfiniteQuery(connectionLogQuery(place, useLanguage(), outcome))
  return (
    <div className="stack">
      <div className="list-head">
        <Select<Outcome | 'all'>
          className="chooser"
          aria-label={t('device.connections.outcome')}
          value={outcome ?? 'all'}
          onChange={(value) => setOutcome(value === 'all' ? undefined : value)}
          options={[
            { value: 'all', label: t('device.connections.all') },
            ...outcomes.map((value) => ({ value, label: t(`device.connections.${value}`) })),
          ]}
        />
      </div>
      <Answer of={log}>
        {({ pages }) => {
          const verdicts = pages.flatMap(({ connections }) => connections)
          if (verdicts.length === 0)
            return (
              <EmptyState
                text={t(
                  outcome
                    ? 'device.connections.noneOf'
                    : isDirect(device)
                      ? 'device.connections.empty'
                      : 'children.connections',
                )}
              />
            )
          return (
            <ul className="connection-log" aria-label={t('device.tabs.connections')}>
              {verdicts.map((verdict, at) => (
                <Connection key={verdict.id ?? at} verdict={verdict} />
              ))}
            </ul>
          )
        }}
      </Answer>
      {log.hasNextPage && (
        <div>
          <Button loading={log.isFetchingNextPage} onClick={() => void log.fetchNextPage()}>
            {t('device.older')}
          </Button>
        </div>
      )}
    </div>
  )
}

function Connection({ verdict }: { readonly verdict: ConnectionVerdict }) {
  const [open, setOpen] = useState(false)
  return (
    <li>
      <details onToggle={(event) => setOpen(event.currentTarget.open)}>
        <summary>
          <ConnectionLine verdict={verdict} />
        </summary>
        {open && (
          <div className="connection-more">
            <ConnectionVerdictView verdict={verdict} />
          </div>
        )}
      </details>
    </li>
  )
}

/** What came of it, when, from where, and why. */
function ConnectionLine({ verdict }: { readonly verdict: ConnectionVerdict }) {
  const { t } = useTranslation()
  const { outcome, sentence, at, subject } = verdict
  return (
    <span className="connection-line">
      <StatusMark mark={markOf[outcome]}>{t(`device.connections.${outcome}`)}</StatusMark>
      <span className="faint small">
        <Time at={at} />
        {typeof subject['address'] === 'string' && (
          <>
            {' · '}
            <code>{subject['address']}</code>
          </>
        )}
        {typeof subject['listener'] === 'string' && ` · ${subject['listener'].toUpperCase()}`}
      </span>
      <span className="break">{sentence}</span>
    </span>
  )
}
