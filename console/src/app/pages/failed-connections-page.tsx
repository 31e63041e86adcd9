import { SearchOutlined } from '@ant-design/icons'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Input, Select, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from '../../components/language.ts'
import { Page } from '../../components/page.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import {
  failedConnectionsQuery,
  grouped,
  isSpan,
  refusalCodesQuery,
  type Span,
  spans,
} from '../../features/connections/failed-list.ts'
import { FailedTable } from '../../features/connections/failed-table.tsx'
import type { ConnectionVerdict } from '../../api/types.ts'
import { ProjectPage } from '../project-page.tsx'
import { useEvents } from '../use-events.ts'

const route = getRouteApi('/signed-in/failed-connections')

/** The list is read again at most this often, however many are refused meanwhile. */
const READ_AGAIN_MILLIS = 1000

export function FailedConnectionsPage() {
  return <ProjectPage>{({ project_id: id }) => <FailedConnections key={id} projectId={id} />}</ProjectPage>
}

function FailedConnections({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { find = '', code, since: sinceText } = route.useSearch()
  const since = isSpan(sinceText) ? sinceText : undefined
  const navigate = route.useNavigate()
  const narrow = (to: { find?: string | undefined; code?: string | undefined; since?: string | undefined }) =>
    void navigate({ search: (was) => ({ ...was, ...to }), replace: true })
  const [together, setTogether] = useState(true)
  const codes = useQuery(refusalCodesQuery)
  const failed = useInfiniteQuery(
    failedConnectionsQuery(projectId, useLanguage(), { find: find.trim(), code, since }),
  )
  const stream = useEvents({
    projectId,
    kinds: ['connection'],
    millis: READ_AGAIN_MILLIS,
    onEntries(entries) {
      if (entries.some(({ body }) => (body as ConnectionVerdict).outcome === 'refused')) void failed.refetch()
    },
    onLive: () => void failed.refetch(),
  })
  const filtered = find !== '' || code !== undefined || since !== undefined
  const showAll = () => narrow({ find: undefined, code: undefined, since: undefined })

  return (
    <Page title={t('failed.title')} purpose={t('failed.purpose')}>
      <div className="list-head">
        <Input
          className="find"
          prefix={<SearchOutlined />}
          aria-label={t('failed.find')}
          placeholder={t('failed.find')}
          allowClear
          maxLength={128}
          value={find}
          onChange={({ target }) => narrow({ find: target.value || undefined })}
        />
        <Select<string>
          className="failed-code"
          aria-label={t('failed.code')}
          showSearch
          value={code ?? ''}
          options={[
            { value: '', label: t('failed.anyCode') },
            ...(codes.data ?? (code === undefined ? [] : [code])).map((each) => ({
              value: each,
              label: each,
            })),
          ]}
          onChange={(next) => narrow({ code: next || undefined })}
        />
        <Select<Span | 'any'>
          aria-label={t('failed.since')}
          value={since ?? 'any'}
          options={[
            { value: 'any', label: t('failed.spans.any') },
            ...(Object.keys(spans) as Span[]).map((span) => ({
              value: span,
              label: t(`failed.spans.${span}`),
            })),
          ]}
          onChange={(next) => narrow({ since: next === 'any' ? undefined : next })}
        />
        <label className="wrapping">
          <Switch size="small" checked={together} onChange={setTogether} />
          {t('failed.group')}
        </label>
        <span role="status" className="small">
          <StatusMark mark={stream === 'live' ? 'online' : 'inactive'}>
            {t(stream === 'live' ? 'connections.live' : 'connections.reconnecting')}
          </StatusMark>
        </span>
      </div>
      <Answer of={failed}>
        {({ pages }) => {
          const verdicts = pages.flatMap(({ connections }) => connections)
          if (verdicts.length === 0)
            return filtered ? (
              <EmptyState
                text={t('failed.noMatch')}
                action={<Button onClick={showAll}>{t('failed.showAll')}</Button>}
              />
            ) : (
              <EmptyState text={t('connections.empty')} />
            )
          return (
            <FailedTable
              rows={
                together
                  ? grouped(verdicts)
                  : verdicts.map((verdict) => ({ verdict, count: 1, since: verdict.at }))
              }
            />
          )
        }}
      </Answer>
      {failed.hasNextPage && (
        <div>
          <Button loading={failed.isFetchingNextPage} onClick={() => void failed.fetchNextPage()}>
            {t('failed.more')}
          </Button>
        </div>
      )}
    </Page>
  )
}
