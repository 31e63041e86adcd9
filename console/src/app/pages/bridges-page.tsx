import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { BridgeTable } from '../../features/bridges/bridge-table.tsx'
import { type Bridge, bridgesQuery } from '../../features/bridges/bridges.ts'
import { CreateBridge } from '../../features/bridges/create-bridge.tsx'
import { DeleteBridge } from '../../features/bridges/delete-bridge.tsx'
import { ResetBridgeSecret } from '../../features/bridges/reset-bridge-secret.tsx'
import { ProjectPage } from '../project-page.tsx'

export function BridgesPage() {
  return <ProjectPage>{({ project_id: id }) => <Bridges key={id} projectId={id} />}</ProjectPage>
}

function Bridges({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const [creating, setCreating] = useState(false)
  const [reset, setReset] = useState<Bridge>()
  const [deleted, setDeleted] = useState<Bridge>()
  const asked = useQuery(bridgesQuery(projectId))
  const { bridges = [], bridges_max: max = Number.POSITIVE_INFINITY } = asked.data ?? {}
  const createButton = (
    <Button type="primary" disabled={bridges.length >= max} onClick={() => setCreating(true)}>
      {t('bridges.create')}
    </Button>
  )
  return (
    <Page title={t('bridges.title')} purpose={t('bridges.purpose')} action={createButton}>
      <Answer of={asked}>
        {({ bridges: all, bridges_max: most }) =>
          all.length === 0 ? (
            <EmptyState text={t('bridges.empty')} action={createButton} />
          ) : (
            <>
              <p className="soft list-head" role="status">
                {t('bridges.count', { count: all.length, max: most })}
              </p>
              <BridgeTable bridges={all} onReset={setReset} onDelete={setDeleted} />
            </>
          )
        }
      </Answer>
      {creating && <CreateBridge projectId={projectId} onClose={() => setCreating(false)} />}
      {reset && (
        <ResetBridgeSecret projectId={projectId} bridge={reset} onClose={() => setReset(undefined)} />
      )}
      {deleted && (
        <DeleteBridge projectId={projectId} bridge={deleted} onClose={() => setDeleted(undefined)} />
      )}
    </Page>
  )
}
