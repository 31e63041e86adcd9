import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable, type Sorting } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { markOfStatus, StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { type DeviceRow, nameOf } from './device-list.ts'
import type { ColumnKey } from './device-columns.tsx'
import './devices.css'

interface DeviceTableProps {
  readonly rows: readonly DeviceRow[]
  readonly columns: readonly ColumnKey[]
  readonly sorting: Sorting
  readonly onSort: (next: Sorting) => void
  /** Chosen rows, by device ID; they may stand on other pages. */
  readonly selected: ReadonlyMap<string, DeviceRow>
  readonly onSelect: (selected: ReadonlyMap<string, DeviceRow>) => void
}

export function DeviceTable({ rows, columns, sorting, onSort, selected, onSelect }: DeviceTableProps) {
  const { t } = useTranslation()
  const all: { readonly [K in ColumnKey]: Column<DeviceRow> } = {
    status: {
      // Sorted by since when it has its status.
      key: 'status_since',
      title: t('devices.status'),
      sortable: true,
      cell: (row) => <DeviceStatus {...row} />,
    },
    name: {
      key: 'name',
      title: t('devices.name'),
      sortable: true,
      cell: (row) => (
        <Link to="/devices/$deviceId" params={{ deviceId: row.device_id }} className="link break">
          {nameOf(row)}
        </Link>
      ),
    },
    deviceId: {
      key: 'device_id',
      title: t('devices.deviceId'),
      sortable: true,
      cell: ({ device_id: id }) => <Id value={id} what={t('devices.deviceId')} />,
    },
    nodeId: {
      key: 'node_id',
      title: t('devices.nodeId'),
      sortable: true,
      cell: ({ node_id: id }) => <Id value={id} what={t('devices.nodeId')} />,
    },
    product: {
      key: 'product',
      title: t('devices.product'),
      cell: ({ product_id: productId, product_name: name, app_id: app }) => (
        <Link to="/products/$productId" params={{ productId }} search={{ app }} className="link break">
          {name}
        </Link>
      ),
    },
    space: {
      key: 'space',
      title: t('register.space'),
      cell: ({ app_name: name }) => <span className="break">{name}</span>,
    },
    auth: {
      key: 'auth',
      title: t('devices.auth'),
      cell: ({ auth_type: type }) => t(`devices.authTypes.${type}`),
    },
    registered: {
      key: 'created',
      title: t('devices.registered'),
      sortable: true,
      cell: ({ create_time: at }) => (
        <span className="soft">
          <Time at={at} />
        </span>
      ),
    },
  }
  return (
    <div className="device-table">
      <DataTable
        label={t('devices.title')}
        rows={rows}
        keyOf={({ device_id: id }) => id}
        columns={columns.map((key) => all[key])}
        sorting={sorting}
        onSort={onSort}
        selection={{
          selected: new Set(selected.keys()),
          nameOf,
          onChange(next) {
            const known = new Map([...selected, ...rows.map((row) => [row.device_id, row] as const)])
            onSelect(new Map([...known].filter(([id]) => next.has(id))))
          },
        }}
      />
    </div>
  )
}

/** Whether it is online, and since when. */
export function DeviceStatus({ status, status_since: since }: Pick<DeviceRow, 'status' | 'status_since'>) {
  const { t } = useTranslation()
  return (
    <span className="device-status">
      <StatusMark mark={markOfStatus[status]}>{t(`devices.statuses.${status}`)}</StatusMark>
      {since !== undefined && status !== 'INACTIVE' && (
        <span className="faint small">
          <Time at={since} />
        </span>
      )}
    </span>
  )
}
