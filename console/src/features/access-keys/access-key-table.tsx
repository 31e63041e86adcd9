import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { Time } from '../../components/time.tsx'
import type { AccessKey } from './access-keys.ts'

interface AccessKeyTableProps {
  readonly accessKeys: readonly AccessKey[]
  readonly onRevoke: (accessKey: AccessKey) => void
}

export function AccessKeyTable({ accessKeys, onRevoke }: AccessKeyTableProps) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('accessKeys.title')}
      rows={accessKeys}
      keyOf={({ access_key: key }) => key}
      columns={[
        {
          key: 'key',
          title: t('accessKeys.key'),
          cell: ({ access_key: key }) => <CopyText text={key} what={t('accessKeys.key')} />,
        },
        {
          key: 'description',
          title: t('accessKeys.description'),
          cell: ({ description = '' }) =>
            description === '' ? (
              <span className="faint">{t('accessKeys.noDescription')}</span>
            ) : (
              <span className="break">{description}</span>
            ),
        },
        {
          key: 'created',
          title: t('common.created'),
          cell: ({ created_at: at }) => (
            <span className="soft">
              <Time at={at} />
            </span>
          ),
        },
        {
          key: 'actions',
          title: t('common.actions'),
          end: true,
          cell: (accessKey) => (
            <RowAction
              danger
              text={t('accessKeys.revoke')}
              label={t('accessKeys.revokeNamed', { name: accessKey.access_key })}
              onClick={() => onRevoke(accessKey)}
            />
          ),
        },
      ]}
    />
  )
}
