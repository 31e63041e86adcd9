import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { markOfStatus, StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import type { Bridge } from './bridges.ts'

interface BridgeTableProps {
  readonly bridges: readonly Bridge[]
  readonly onReset: (bridge: Bridge) => void
  readonly onDelete: (bridge: Bridge) => void
}

export function BridgeTable({ bridges, onReset, onDelete }: BridgeTableProps) {
  const { t } = useTranslation()
  return (
    <DataTable
      label={t('bridges.title')}
      rows={bridges}
      keyOf={({ bridge_id: id }) => id}
      columns={[
        {
          key: 'name',
          title: t('bridges.name'),
          cell: ({ bridge_id: bridgeId, name }) => (
            <Link className="link break" to="/bridges/$bridgeId" params={{ bridgeId }}>
              {name}
            </Link>
          ),
        },
        {
          key: 'status',
          title: t('bridges.status'),
          cell: (bridge) => <BridgeStatus bridge={bridge} />,
        },
        {
          key: 'id',
          title: t('bridges.id'),
          cell: ({ bridge_id: id }) => <Id value={id} what={t('bridges.id')} />,
        },
        {
          key: 'devices',
          title: t('bridges.devices'),
          end: true,
          cell: ({ devices }) => devices,
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
          cell: (bridge) => (
            <span className="row-actions">
              <RowAction
                text={t('bridges.reset')}
                label={t('bridges.resetNamed', { name: bridge.name })}
                onClick={() => onReset(bridge)}
              />
              <RowAction
                danger
                text={t('common.delete')}
                label={t('bridges.deleteNamed', { name: bridge.name })}
                onClick={() => onDelete(bridge)}
              />
            </span>
          ),
        },
      ]}
    />
  )
}

export function BridgeStatus({ bridge }: { readonly bridge: Bridge }) {
  const { t } = useTranslation()
  return (
    <StatusMark mark={markOfStatus[bridge.status]}>
      {t(bridge.status === 'ONLINE' ? 'bridges.online' : 'bridges.offline')}
      {bridge.status_since !== null && (
        <span className="faint small">
          {' '}
          <Time at={bridge.status_since} />
        </span>
      )}
    </StatusMark>
  )
}
