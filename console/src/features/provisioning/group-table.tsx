import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Switch } from 'antd'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { ErrorState } from '../../components/states.tsx'
import { type Group, groupsKey, switchGroup } from './groups.ts'
import type { BoundCa } from './templates.ts'

/** What is being done to which group. */
export type GroupAct =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'delete'; readonly group: Group }

interface GroupTableProps {
  readonly projectId: string
  readonly groups: readonly Group[]
  readonly cas: readonly BoundCa[]
  readonly onAct: (act: GroupAct) => void
}

export function GroupTable({ projectId, groups, cas, onAct }: GroupTableProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const change = useMutation({
    mutationFn: ({ scope_id: scopeId, enabled }: Group) => switchGroup(projectId, scopeId, !enabled),
    onSettled: () => client.invalidateQueries({ queryKey: groupsKey(projectId) }),
  })
  return (
    <>
      {change.error && <ErrorState error={change.error} />}
      <DataTable
        label={t('groups.title')}
        rows={groups}
        keyOf={({ scope_id: id }) => id}
        columns={[
          {
            key: 'name',
            title: t('common.name'),
            cell: ({ name }) => <strong className="break">{name}</strong>,
          },
          {
            key: 'scope',
            title: t('groups.scope'),
            cell: ({ scope_id: id }) => <Id value={id} what={t('groups.scope')} />,
          },
          {
            key: 'method',
            title: t('groups.method'),
            cell: (group) => <Method group={group} cas={cas} />,
          },
          {
            key: 'product',
            title: t('groups.product'),
            cell: ({ product_id: productId }) =>
              productId === undefined ? (
                <span className="faint">{t('groups.noProduct')}</span>
              ) : (
                <Link className="link code break" to="/products/$productId" params={{ productId }}>
                  {productId}
                </Link>
              ),
          },
          {
            key: 'enabled',
            title: t('groups.enabled'),
            cell: (group) => (
              <Switch
                size="small"
                aria-label={t('groups.enabledNamed', { name: group.name })}
                checked={group.enabled}
                disabled={change.isPending}
                onChange={() => change.mutate(group)}
              />
            ),
          },
          {
            key: 'actions',
            title: t('common.actions'),
            end: true,
            cell: (group) => (
              <span className="row-actions">
                <RowAction
                  text={t('common.edit')}
                  label={t('groups.editNamed', { name: group.name })}
                  onClick={() => onAct({ kind: 'edit', group })}
                />
                <RowAction
                  danger
                  text={t('common.delete')}
                  label={t('groups.deleteNamed', { name: group.name })}
                  onClick={() => onAct({ kind: 'delete', group })}
                />
              </span>
            ),
          },
        ]}
      />
    </>
  )
}

function Method({ group, cas }: { readonly group: Group; readonly cas: readonly BoundCa[] }) {
  const { t } = useTranslation()
  const { method, certificate_id: certificateId } = group
  if (method === 'SECRET' || certificateId === undefined) return t('groups.bySecret')
  const ca = cas.find(({ certificate_id: id }) => id === certificateId)
  return (
    <span className="lines">
      <span>{t('groups.byCa')}</span>
      <Link className="link small break" to="/ca-certificates/$certificateId" params={{ certificateId }}>
        {ca?.cn_name || certificateId}
      </Link>
    </span>
  )
}
