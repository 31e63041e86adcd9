import { Tooltip } from 'antd'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { Time } from '../../components/time.tsx'
import type { SpaceAct } from './space-dialogs.tsx'
import type { Space } from './spaces.ts'

interface SpaceTableProps {
  readonly spaces: readonly Space[]
  readonly onAct: (act: SpaceAct) => void
}

export function SpaceTable({ spaces, onAct }: SpaceTableProps) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('spaces.title')}
      rows={spaces}
      keyOf={({ app_id: id }) => id}
      columns={[
        {
          key: 'name',
          title: t('common.name'),
          cell: ({ app_name: name, default_app: isDefault }) => (
            <span className="wrapping">
              <strong className="break">{name}</strong>
              {isDefault && (
                <Tooltip title={t('spaces.defaultHelp')}>
                  <span className="tag" tabIndex={0}>
                    {t('spaces.default')}
                  </span>
                </Tooltip>
              )}
            </span>
          ),
        },
        {
          key: 'id',
          title: t('spaces.id'),
          cell: ({ app_id: id }) => <Id value={id} what={t('spaces.id')} />,
        },
        {
          key: 'created',
          title: t('common.created'),
          cell: ({ create_time: at }) => (
            <span className="soft">
              <Time at={at} />
            </span>
          ),
        },
        {
          key: 'actions',
          title: t('common.actions'),
          end: true,
          cell: (space) => (
            <span className="row-actions">
              <RowAction
                text={t('common.rename')}
                label={t('spaces.renameNamed', { name: space.app_name })}
                onClick={() => onAct({ kind: 'rename', space })}
              />
              {!space.default_app && (
                <RowAction
                  danger
                  text={t('common.delete')}
                  label={t('spaces.deleteNamed', { name: space.app_name })}
                  onClick={() => onAct({ kind: 'delete', space })}
                />
              )}
            </span>
          ),
        },
      ]}
    />
  )
}
