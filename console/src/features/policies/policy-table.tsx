import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { isPublish, type Policy, type Statement } from './policies.ts'
import './policies.css'

/** What is being done to which policy. */
export type PolicyAct =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'bindings' | 'delete'; readonly policy: Policy }

interface PolicyTableProps {
  readonly policies: readonly Policy[]
  readonly onAct: (act: PolicyAct) => void
}

export function PolicyTable({ policies, onAct }: PolicyTableProps) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('policies.title')}
      rows={policies}
      keyOf={({ policy_id: id }) => id}
      columns={[
        {
          key: 'name',
          title: t('common.name'),
          cell: ({ policy_name: name, app_name: space }) => (
            <span className="lines">
              <strong className="break">{name}</strong>
              <span className="faint small break">{space}</span>
            </span>
          ),
        },
        {
          key: 'statement',
          title: t('policies.statements'),
          cell: ({ statement }) => <Statements statements={statement} />,
        },
        {
          key: 'targets',
          title: t('policies.boundTo'),
          cell: ({ targets }) => <BoundTo targets={targets} />,
        },
        {
          key: 'actions',
          title: t('common.actions'),
          end: true,
          cell: (policy) => (
            <span className="row-actions">
              <RowAction
                text={t('policies.bindings')}
                label={t('policies.bindingsNamed', { name: policy.policy_name })}
                onClick={() => onAct({ kind: 'bindings', policy })}
              />
              <RowAction
                text={t('common.edit')}
                label={t('policies.editNamed', { name: policy.policy_name })}
                onClick={() => onAct({ kind: 'edit', policy })}
              />
              <RowAction
                danger
                text={t('common.delete')}
                label={t('policies.deleteNamed', { name: policy.policy_name })}
                onClick={() => onAct({ kind: 'delete', policy })}
              />
            </span>
          ),
        },
      ]}
    />
  )
}

/** Numbered, as a refusal names them. */
function Statements({ statements }: { readonly statements: readonly Statement[] }) {
  const { t } = useTranslation()
  return (
    <ol className="policy-statements">
      {statements.map(({ effect, actions, resources }, index) => (
        <li key={index}>
          <strong className={effect === 'DENY' ? 'policy-deny' : undefined}>
            {t(effect === 'DENY' ? 'policies.deny' : 'policies.allow')}
          </strong>{' '}
          {actions
            .map((action) => t(isPublish(action) ? 'policies.publish' : 'policies.subscribe'))
            .join(t('policies.and'))}{' '}
          {resources.map((resource) => (
            <code key={resource} className="code break policy-resource">
              {resource}
            </code>
          ))}
        </li>
      ))}
    </ol>
  )
}

function BoundTo({ targets: { app, product, device } }: Pick<Policy, 'targets'>) {
  const { t } = useTranslation()
  const parts = [
    app > 0 && t('policies.wholeSpace'),
    product > 0 && t('policies.products', { count: product }),
    device > 0 && t('policies.devices', { count: device }),
  ].filter((part) => part !== false)
  if (parts.length === 0) return <span className="faint">{t('policies.unbound')}</span>
  return (
    <span className="lines">
      {parts.map((part) => (
        <span key={part}>{part}</span>
      ))}
    </span>
  )
}
