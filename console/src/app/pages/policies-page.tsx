import { SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { Page } from '../../components/page.tsx'
import { Pager } from '../../components/pager.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { DeviceSelect } from '../../features/devices/device-select.tsx'
import { ProductSelect } from '../../features/devices/product-select.tsx'
import { DeletePolicy } from '../../features/policies/delete-policy.tsx'
import { PAGE_SIZE, policyListQuery } from '../../features/policies/policies.ts'
import { PolicyBindings } from '../../features/policies/policy-bindings.tsx'
import { PolicyForm } from '../../features/policies/policy-form.tsx'
import { type PolicyAct, PolicyTable } from '../../features/policies/policy-table.tsx'
import { TopicQuestion } from '../../features/policies/topic-question.tsx'
import { spacesQuery } from '../../features/spaces/spaces.ts'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'

const route = getRouteApi('/signed-in/policies')

export function PoliciesPage() {
  return <ProjectPage>{({ project_id: id }) => <Policies key={id} projectId={id} />}</ProjectPage>
}

function Policies({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const { find = '', page = 1, device: deviceId } = route.useSearch()
  const navigate = route.useNavigate()
  const space = useSpace()
  const [act, setAct] = useState<PolicyAct>()
  const policies = useQuery(policyListQuery(projectId, { search: find.trim(), spaceId: space, page }))
  const setFind = (text: string): void =>
    void navigate({
      search: (was) => ({ ...was, find: text || undefined, page: undefined }),
      replace: true,
    })
  const createButton = (
    <Button type="primary" onClick={() => setAct({ kind: 'create' })}>
      {t('policies.create')}
    </Button>
  )
  return (
    <Page title={t('policies.title')} purpose={t('policies.purpose')} action={createButton}>
      <div className="list-head">
        <Input
          className="find"
          prefix={<SearchOutlined />}
          aria-label={t('policies.find')}
          placeholder={t('policies.find')}
          allowClear
          maxLength={128}
          value={find}
          onChange={({ target }) => setFind(target.value)}
        />
      </div>
      <Answer of={policies}>
        {({ policies: rows, count }) =>
          count === 0 ? (
            find === '' ? (
              <EmptyState text={t('policies.empty')} action={createButton} />
            ) : (
              <EmptyState
                text={t('policies.noMatch', { text: find })}
                action={<Button onClick={() => setFind('')}>{t('policies.showAll')}</Button>}
              />
            )
          ) : (
            <>
              <PolicyTable policies={rows} onAct={setAct} />
              <Pager
                page={page}
                size={PAGE_SIZE}
                count={count}
                onPage={(next) =>
                  void navigate({ search: (was) => ({ ...was, page: next === 1 ? undefined : next }) })
                }
              />
            </>
          )
        }
      </Answer>
      <TopicQuestion
        key={deviceId ?? ''}
        projectId={projectId}
        deviceId={deviceId}
        device={
          <Field label={t('policies.device')}>
            {({ id }) => (
              <DeviceSelect
                id={id}
                projectId={projectId}
                spaceId={space}
                label={t('policies.device')}
                placeholder={t('policies.chooseDevice')}
                value={deviceId}
                onChange={(next) =>
                  void navigate({ search: (was) => ({ ...was, device: next }), replace: true })
                }
              />
            )}
          </Field>
        }
      />
      {act && (
        <PolicyDialog projectId={projectId} space={space} act={act} onClose={() => setAct(undefined)} />
      )}
    </Page>
  )
}

interface PolicyDialogProps {
  readonly projectId: string
  readonly space: string | undefined
  readonly act: PolicyAct
  readonly onClose: () => void
}

function PolicyDialog({ projectId, space, act, onClose }: PolicyDialogProps) {
  const { t } = useTranslation()
  const spaces = useQuery({ ...spacesQuery(projectId), enabled: act.kind === 'create' })
  switch (act.kind) {
    case 'create':
      return <PolicyForm projectId={projectId} spaces={spaces.data ?? []} space={space} onClose={onClose} />
    case 'edit':
      return (
        <PolicyForm
          projectId={projectId}
          policy={act.policy}
          spaces={[]}
          space={undefined}
          onClose={onClose}
        />
      )
    case 'bindings':
      return (
        <PolicyBindings
          projectId={projectId}
          policy={act.policy}
          choose={{
            device: (chooser) => (
              <DeviceSelect
                {...chooser}
                projectId={projectId}
                label={t('policies.types.device')}
                placeholder={t('policies.chooseDevice')}
              />
            ),
            product: ({ id, ...chooser }) => (
              <ProductSelect
                {...chooser}
                projectId={projectId}
                control={{ id, 'aria-describedby': undefined, 'aria-invalid': undefined, status: '' }}
                placeholder={t('policies.chooseProduct')}
              />
            ),
          }}
          onClose={onClose}
        />
      )
    case 'delete':
      return <DeletePolicy projectId={projectId} policy={act.policy} onClose={onClose} />
  }
}
