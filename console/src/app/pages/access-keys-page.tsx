import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { AccessKeyTable } from '../../features/access-keys/access-key-table.tsx'
import { type AccessKey, accessKeysQuery } from '../../features/access-keys/access-keys.ts'
import { CreateAccessKey } from '../../features/access-keys/create-access-key.tsx'
import { RevokeAccessKey } from '../../features/access-keys/revoke-access-key.tsx'
import { ProjectPage } from '../project-page.tsx'

export function AccessKeysPage() {
  return <ProjectPage>{({ project_id: id }) => <AccessKeys key={id} projectId={id} />}</ProjectPage>
}

function AccessKeys({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const [creating, setCreating] = useState(false)
  const [revoked, setRevoked] = useState<AccessKey>()
  const accessKeys = useQuery(accessKeysQuery(projectId))
  const createButton = (
    <Button type="primary" onClick={() => setCreating(true)}>
      {t('accessKeys.create')}
    </Button>
  )
  return (
    <Page title={t('accessKeys.title')} purpose={t('accessKeys.purpose')} action={createButton}>
      <Answer of={accessKeys}>
        {(all) =>
          all.length === 0 ? (
            <EmptyState text={t('accessKeys.empty')} action={createButton} />
          ) : (
            <>
              <p className="soft list-head" role="status">
                {t('accessKeys.count', { count: all.length })}
              </p>
              <AccessKeyTable accessKeys={all} onRevoke={setRevoked} />
            </>
          )
        }
      </Answer>
      {creating && <CreateAccessKey projectId={projectId} onClose={() => setCreating(false)} />}
      {revoked && (
        <RevokeAccessKey projectId={projectId} revoked={revoked} onClose={() => setRevoked(undefined)} />
      )}
    </Page>
  )
}
