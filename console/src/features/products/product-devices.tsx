import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { markOfStatus, StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import { productDevicesQuery, type ProductPlace } from './products.ts'

/** *Devices* of a product: the newest, how many, and the way to all of them. */
export function ProductDevices({ place }: { readonly place: ProductPlace }) {
  const { t } = useTranslation()
  const devices = useQuery(productDevicesQuery(place))
  const toAll = (text: string) => (
    <Link to="/devices" search={{ product: place.productId }} className="link">
      {text}
    </Link>
  )
  return (
    <Panel title={t('products.devices')} extra={toAll(t('products.allDevices'))}>
      <Answer of={devices}>
        {({ devices: rows, count }) =>
          rows.length === 0 ? (
            <EmptyState text={t('products.noDevices')} action={toAll(t('products.register'))} />
          ) : (
            <>
              <p className="soft">{t('products.deviceCount', { count, shown: rows.length })}</p>
              <DataTable
                label={t('products.devices')}
                rows={rows}
                keyOf={({ device_id: id }) => id}
                columns={[
                  {
                    key: 'name',
                    title: t('products.device'),
                    cell: ({ device_id: deviceId, device_name: name, node_id: node }) => (
                      <Link to="/devices/$deviceId" params={{ deviceId }} className="link break">
                        {name ?? node}
                      </Link>
                    ),
                  },
                  {
                    key: 'id',
                    title: t('products.deviceId'),
                    cell: ({ device_id: id }) => <Id value={id} what={t('products.deviceId')} />,
                  },
                  {
                    key: 'status',
                    title: t('products.status'),
                    cell: ({ status }) => (
                      <StatusMark mark={markOfStatus[status]}>{t(`devices.statuses.${status}`)}</StatusMark>
                    ),
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
                ]}
              />
            </>
          )
        }
      </Answer>
    </Panel>
  )
}
