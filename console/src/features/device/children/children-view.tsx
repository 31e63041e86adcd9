import { SearchOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { Id } from '../../../components/id.tsx'
import { Pager } from '../../../components/pager.tsx'
import { RowAction } from '../../../components/row-action.tsx'
import { Answer, EmptyState } from '../../../components/states.tsx'
import { markOfStatus, StatusMark } from '../../../components/status-mark.tsx'
import { Time } from '../../../components/time.tsx'
import { useSettled } from '../../../components/use-settled.ts'
import type { Place } from '../device.ts'
import '../device.css'
import { ChangeGateway, type GatewayFieldOf } from './change-gateway.tsx'
import { type Child, CHILDREN_PAGE_SIZE, childrenQuery, nameOfChild } from './children.ts'

interface ChildrenViewProps {
  readonly place: Place
  /** The form that registers a child below the device; what another feature knows how to do. */
  readonly addChild: (onClose: () => void) => ReactNode
  readonly gatewayField: GatewayFieldOf
}

/** Devices that speak through this one, with their statuses, and the ways to add one and to move one away. */
export function ChildrenView({ place, addChild, gatewayField }: ChildrenViewProps) {
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const [page, setPage] = useState(1)
  const [adding, setAdding] = useState(false)
  const [moving, setMoving] = useState<Child>()
  const find = useSettled(typed.trim())
  const children = useQuery(childrenQuery(place, { find, page }))
  const addButton = (
    <Button type="primary" onClick={() => setAdding(true)}>
      {t('children.add')}
    </Button>
  )
  return (
    <div className="stack">
      <p className="soft">{t('children.text')}</p>
      <Answer of={children}>
        {({ devices, count }) =>
          count === 0 && find === '' ? (
            <EmptyState text={t('children.empty')} action={addButton} />
          ) : (
            <>
              <div className="list-head">
                <Input
                  className="find"
                  prefix={<SearchOutlined />}
                  aria-label={t('children.find')}
                  placeholder={t('children.find')}
                  allowClear
                  value={typed}
                  onChange={({ target }) => {
                    setTyped(target.value)
                    setPage(1)
                  }}
                />
                <span className="list-end">{addButton}</span>
              </div>
              {count === 0 ? (
                <EmptyState
                  text={t('children.noMatch')}
                  action={<Button onClick={() => setTyped('')}>{t('children.showAll')}</Button>}
                />
              ) : (
                <>
                  <ChildTable rows={devices} onMove={setMoving} />
                  <Pager page={page} size={CHILDREN_PAGE_SIZE} count={count} onPage={setPage} />
                </>
              )}
            </>
          )
        }
      </Answer>
      {adding && addChild(() => setAdding(false))}
      {moving && (
        <ChangeGateway
          place={{ projectId: place.projectId, deviceId: moving.device_id }}
          name={nameOfChild(moving)}
          spaceId={moving.app_id}
          gatewayField={gatewayField}
          onClose={() => setMoving(undefined)}
        />
      )}
    </div>
  )
}

interface ChildTableProps {
  readonly rows: readonly Child[]
  readonly onMove: (child: Child) => void
}

function ChildTable({ rows, onMove }: ChildTableProps) {
  const { t } = useTranslation()
  const columns: readonly Column<Child>[] = [
    {
      key: 'status',
      title: t('devices.status'),
      cell: ({ status, status_since: since }) => (
        <span className="lines">
          <StatusMark mark={markOfStatus[status]}>{t(`devices.statuses.${status}`)}</StatusMark>
          {since !== undefined && status !== 'INACTIVE' && (
            <span className="faint small">
              <Time at={since} />
            </span>
          )}
        </span>
      ),
    },
    {
      key: 'name',
      title: t('devices.name'),
      cell: (row) => (
        <Link className="link break" to="/devices/$deviceId" params={{ deviceId: row.device_id }}>
          {nameOfChild(row)}
        </Link>
      ),
    },
    {
      key: 'node',
      title: t('devices.nodeId'),
      cell: ({ node_id: id }) => <Id value={id} what={t('devices.nodeId')} />,
    },
    {
      key: 'product',
      title: t('devices.product'),
      cell: ({ product_id: productId, product_name: name, app_id: app }) => (
        <Link className="link break" to="/products/$productId" params={{ productId }} search={{ app }}>
          {name}
        </Link>
      ),
    },
    {
      key: 'registered',
      title: t('devices.registered'),
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
      cell: (row) => (
        <RowAction
          text={t('children.move')}
          label={t('children.moveOf', { name: nameOfChild(row) })}
          onClick={() => onMove(row)}
        />
      ),
    },
  ]
  return (
    <DataTable
      label={t('device.tabs.children')}
      rows={rows}
      keyOf={({ device_id: id }) => id}
      columns={columns}
    />
  )
}
