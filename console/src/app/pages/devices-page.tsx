import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { LinkButton } from '../../components/link-button.tsx'
import { Page } from '../../components/page.tsx'
import { Pager } from '../../components/pager.tsx'
import { Answer, EmptyState, LoadingRows } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { BulkBar } from '../../features/devices/bulk-bar.tsx'
import { ColumnChoice, useColumns } from '../../features/devices/device-columns.tsx'
import { DeviceFilters } from '../../features/devices/device-filters.tsx'
import {
  authTypes,
  type DeviceFilter,
  deviceListQuery,
  type DeviceRow,
  oneOf,
  PAGE_SIZE,
  sortKeys,
  statuses,
} from '../../features/devices/device-list.ts'
import { DeviceTable } from '../../features/devices/device-table.tsx'
import { RegisterDevice } from '../../features/devices/register-device.tsx'
import { spacesQuery } from '../../features/spaces/spaces.ts'
import { ProjectPage } from '../project-page.tsx'
import { useSpace } from '../session-context.ts'
import { useLiveDevices } from '../use-live-devices.ts'

const route = getRouteApi('/signed-in/devices')

export function DevicesPage() {
  return <ProjectPage>{({ project_id: id }) => <Devices key={id} projectId={id} />}</ProjectPage>
}

function Devices({ projectId }: { readonly projectId: string }) {
  const { t } = useTranslation()
  const search = route.useSearch() // the address holds the filter, so a link can be shared
  const navigate = route.useNavigate()
  const spaceId = useSpace()
  const spaces = useQuery(spacesQuery(projectId))
  const filter: DeviceFilter = {
    find: search.find,
    status: oneOf(statuses, search.status),
    productId: search.product,
    authType: oneOf(authTypes, search.auth),
    spaceId,
    sort: oneOf(sortKeys, search.sort) ?? 'created',
    order: search.order ?? 'desc',
    page: search.page ?? 1,
  }
  const devices = useQuery(deviceListQuery(projectId, filter))
  const live = useLiveDevices(projectId, filter)
  const [columns, setColumns] = useColumns()
  const [selected, setSelected] = useState<ReadonlyMap<string, DeviceRow>>(new Map())

  const goTo = (next: Partial<typeof search>, replace = false): void =>
    void navigate({ search: (before) => ({ ...before, ...next }), replace, resetScroll: false })
  const openForm = (): void => goTo({ register: 1 })
  const isNarrowed =
    filter.find !== undefined || filter.status || filter.productId !== undefined || filter.authType
  const registerButton = (
    <Button type="primary" onClick={openForm}>
      {t('register.act')}
    </Button>
  )

  return (
    <Page
      title={t('devices.title')}
      purpose={t('devices.purpose')}
      action={
        <>
          <LinkButton to="/batch-register">{t('batch.title')}</LinkButton>
          {registerButton}
        </>
      }
    >
      <div className="list-head">
        <DeviceFilters
          projectId={projectId}
          spaceId={spaceId}
          filter={{
            find: filter.find,
            status: filter.status,
            productId: filter.productId,
            authType: filter.authType,
          }}
          onChange={({ find, status, productId, authType }) =>
            goTo({ find, status, product: productId, auth: authType, page: undefined }, true)
          }
        />
        <span className="list-end">
          <span role="status" className="small">
            <StatusMark mark={live ? 'online' : 'inactive'}>
              {t(live ? 'common.live' : 'devices.notLive')}
            </StatusMark>
          </span>
          <ColumnChoice columns={columns} onChange={setColumns} />
        </span>
      </div>
      <BulkBar projectId={projectId} selected={selected} onSelect={setSelected} />
      <Answer of={devices} loading={<LoadingRows rows={10} />}>
        {({ devices: rows, count }) =>
          count === 0 ? (
            isNarrowed ? (
              <EmptyState
                text={t('devices.noMatch')}
                action={
                  <Button
                    onClick={() =>
                      goTo({ find: undefined, status: undefined, product: undefined, auth: undefined })
                    }
                  >
                    {t('devices.clearFilters')}
                  </Button>
                }
              />
            ) : (
              <EmptyState
                text={t(spaceId === undefined ? 'devices.empty' : 'devices.emptySpace')}
                action={registerButton}
              />
            )
          ) : rows.length === 0 ? (
            <EmptyState
              text={t('devices.pastEnd')}
              action={<Button onClick={() => goTo({ page: undefined })}>{t('devices.toFirst')}</Button>}
            />
          ) : (
            <>
              <DeviceTable
                rows={rows}
                columns={columns}
                sorting={{ by: filter.sort, order: filter.order }}
                onSort={({ by, order }) => goTo({ sort: by, order, page: undefined })}
                selected={selected}
                onSelect={setSelected}
              />
              <Pager
                page={filter.page}
                size={PAGE_SIZE}
                count={count}
                onPage={(page) => goTo({ page: page === 1 ? undefined : page })}
              />
            </>
          )
        }
      </Answer>
      {search.register === 1 && (
        <RegisterDevice
          projectId={projectId}
          spaces={spaces.data ?? []}
          spaceId={spaceId}
          productId={filter.productId}
          onClose={() => goTo({ register: undefined }, true)}
        />
      )}
    </Page>
  )
}
