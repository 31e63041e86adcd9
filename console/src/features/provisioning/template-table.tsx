import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { Time } from '../../components/time.tsx'
import type { BoundCa, TemplateSummary } from './templates.ts'

/** What is being done to which template. */
export type TemplateAct =
  | { readonly kind: 'create' }
  | { readonly kind: 'edit' | 'delete'; readonly template: TemplateSummary }

interface TemplateTableProps {
  readonly templates: readonly TemplateSummary[]
  readonly cas: readonly BoundCa[]
  readonly onAct: (act: TemplateAct) => void
}

export function TemplateTable({ templates, cas, onAct }: TemplateTableProps) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('provisioning.templates')}
      rows={templates}
      keyOf={({ template_id: id }) => id}
      columns={[
        {
          key: 'name',
          title: t('common.name'),
          cell: ({ template_name: name, description = '' }) => (
            <span className="lines">
              <strong className="break">{name}</strong>
              {description !== '' && <span className="faint small break">{description}</span>}
            </span>
          ),
        },
        {
          key: 'cas',
          title: t('provisioning.usedBy'),
          cell: ({ template_id: id }) => (
            <UsedBy cas={cas.filter(({ template_id: bound }) => bound === id)} />
          ),
        },
        {
          key: 'changed',
          title: t('provisioning.changed'),
          cell: ({ update_time: at }) => (
            <span className="soft">
              <Time at={at} />
            </span>
          ),
        },
        {
          key: 'actions',
          title: t('common.actions'),
          end: true,
          cell: (template) => (
            <span className="row-actions">
              <RowAction
                text={t('common.edit')}
                label={t('provisioning.editNamed', { name: template.template_name })}
                onClick={() => onAct({ kind: 'edit', template })}
              />
              <RowAction
                danger
                text={t('common.delete')}
                label={t('provisioning.deleteNamed', { name: template.template_name })}
                onClick={() => onAct({ kind: 'delete', template })}
              />
            </span>
          ),
        },
      ]}
    />
  )
}

function UsedBy({ cas }: { readonly cas: readonly BoundCa[] }) {
  const { t } = useTranslation()
  if (cas.length === 0)
    return (
      <span className="lines">
        <span className="faint">{t('provisioning.unused')}</span>
        <Link className="link small" to="/ca-certificates">
          {t('provisioning.bindIt')}
        </Link>
      </span>
    )
  return (
    <span className="lines">
      {cas.map(({ certificate_id: certificateId, cn_name: name, provision_enable: on }) => (
        <span key={certificateId} className="lines">
          <Link className="link break" to="/ca-certificates/$certificateId" params={{ certificateId }}>
            {name || certificateId}
          </Link>
          {!on && <span className="faint small">{t('provisioning.switchedOff')}</span>}
        </span>
      ))}
    </span>
  )
}
