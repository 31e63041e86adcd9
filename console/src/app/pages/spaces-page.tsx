import { SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { type SpaceAct, SpaceDialog } from '../../features/spaces/space-dialogs.tsx'
import { SpaceTable } from '../../features/spaces/space-table.tsx'
import { matching, type Space, spacesQuery } from '../../features/spaces/spaces.ts'
import { ProjectPage } from '../project-page.tsx'

const route = getRouteApi('/signed-in/settings/spaces')

export function SpacesPage() {
  return <ProjectPage>{({ project_id: id }) => <Spaces key={id} projectId={id} />}</ProjectPage>
}

function Spaces({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const [act, setAct] = useState<SpaceAct>()
  const spaces = useQuery(spacesQuery(projectId))
  const createButton = (
    <Button type="primary" onClick={() => setAct({ kind: 'create' })}>
      {t('spaces.create')}
    </Button>
  )
  return (
    <Page title={t('spaces.title')} purpose={t('spaces.purpose')} action={createButton}>
      <Answer of={spaces}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState text={t('spaces.empty')} action={createButton} />
          ) : (
            <FoundSpaces spaces={all} onAct={setAct} />
          )
        }
      </Answer>
      {act && <SpaceDialog projectId={projectId} act={act} onClose={() => setAct(undefined)} />}
    </Page>
  )
}

interface FoundSpacesProps {
  readonly spaces: readonly Space[]
  readonly onAct: (act: SpaceAct) => void
}

function FoundSpaces({ spaces, onAct }: FoundSpacesProps) {
  const { t } = useTranslation()
  const { find = '' } = route.useSearch() // the address holds the filter, so a link can be shared
  const navigate = route.useNavigate()
  const setFind = (text: string): void =>
    void navigate({ search: text === '' ? {} : { find: text }, replace: true })
  const found = matching(spaces, find)
  return (
    <>
      <div className="list-head">
        <Input
          className="find"
          prefix={<SearchOutlined />}
          aria-label={t('spaces.filter')}
          placeholder={t('spaces.filter')}
          allowClear
          value={find}
          onChange={(event) => setFind(event.target.value)}
        />
        <span className="soft" role="status">
          {t('spaces.count', { count: found.length })}
        </span>
      </div>
      {found.length === 0 ? (
        <EmptyState
          text={t('spaces.noMatch', { text: find })}
          action={<Button onClick={() => setFind('')}>{t('spaces.clearFilter')}</Button>}
        />
      ) : (
        <SpaceTable spaces={found} onAct={onAct} />
      )}
    </>
  )
}
