import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { Pager } from '../../components/pager.tsx'
import { Answer, EmptyState } from '../../components/states.tsx'
import { BRIDGE_DEVICES_PAGE, bridgeDevicesQuery } from './bridges.ts'

interface BridgeDevicesProps {
  readonly projectId: string
  readonly bridgeId: string
  readonly page: number
  readonly onPage: (page: number) => void
}

/** Which devices are logged in through a bridge now. */
export function BridgeDevices({ projectId, bridgeId, page, onPage }: BridgeDevicesProps) {
  const { t } = useTranslation()
  const devices = useQuery(bridgeDevicesQuery(projectId, bridgeId, page))
  return (
    <Answer of={devices}>
      {({ devices: rows, count }) =>
        count === 0 ? (
          <EmptyState text={t('bridges.noDevices')} />
        ) : (
          <>
            <DataTable
              label={t('bridges.loggedIn')}
              rows={rows}
              keyOf={({ device_id: id }) => id}
              columns={[
                {
                  key: 'name',
                  title: t('bridges.deviceName'),
                  cell: ({ device_id: deviceId, name }) => (
                    <Link className="link break" to="/devices/$deviceId" params={{ deviceId }}>
                      {name ?? deviceId}
                    </Link>
                  ),
                },
                {
                  key: 'id',
                  title: t('bridges.deviceId'),
                  cell: ({ device_id: id }) => <Id value={id} what={t('bridges.deviceId')} />,
                },
              ]}
            />
            <Pager page={page} size={BRIDGE_DEVICES_PAGE} count={count} onPage={onPage} />
          </>
        )
      }
    </Answer>
  )
}
