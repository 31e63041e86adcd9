import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { Button } from 'antd'
import { lazy, type ReactNode, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/api-error.ts'
import { Id } from '../../components/id.tsx'
import { useLanguage } from '../../components/language.ts'
import { Page } from '../../components/page.tsx'
import { Answer, EmptyState, LoadingRows } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { ConnectionLog } from '../../features/device/connection-log.tsx'
import { DeviceActions } from '../../features/device/device-actions.tsx'
import { DeviceSettings } from '../../features/device/device-settings.tsx'
import { DeviceStatus } from '../../features/device/device-status.tsx'
import {
  type Device,
  deviceQuery,
  isDirect,
  modelQuery,
  nameOf,
  type Place,
} from '../../features/device/device.ts'
import { Identity } from '../../features/device/identity.tsx'
import { LatestValues } from '../../features/device/latest-values.tsx'
import { latestQuery, reportedOf, type ShownService, shownServices } from '../../features/device/latest.ts'
import { ShadowView } from '../../features/device/shadow-view.tsx'
import { ToldFacts } from '../../features/device/told-facts.tsx'
import { FingerprintInput } from '../fingerprint-input.tsx'
import { GatewayInput } from '../gateway-input.tsx'
import { PacketTail } from '../packet-tail.tsx'
import { ProjectPage } from '../project-page.tsx'
import { useDeviceEvents } from '../use-device-events.ts'

// With the drawing library, which only those load who look at a chart.
const HistoryView = lazy(async () => {
  const { HistoryView: view } = await import('../../features/device/history-view.tsx')
  return { default: view }
})

const ConnectionKit = lazy(async () => {
  const { ConnectionKit: kit } = await import('../../features/kits/connection-kit.tsx')
  return { default: kit }
})

const DeviceMqttClient = lazy(async () => {
  const { DeviceMqttClient: client } = await import('../device-mqtt-client.tsx')
  return { default: client }
})

const ChildrenTab = lazy(async () => {
  const { ChildrenTab: children } = await import('../children-tab.tsx')
  return { default: children }
})

const DeviceLogs = lazy(async () => {
  const { DeviceLogs: logs } = await import('../../features/device/logs/device-logs.tsx')
  return { default: logs }
})

const DeviceFiles = lazy(async () => {
  const { DeviceFiles: files } = await import('../../features/device/files/device-files.tsx')
  return { default: files }
})

// With its forms, which only those load who send something.
const CommandsTab = lazy(async () => {
  const { CommandsTab: commands } = await import('../../features/device/commands/commands-tab.tsx')
  return { default: commands }
})

const route = getRouteApi('/signed-in/devices/$deviceId')

export function DevicePage() {
  const { deviceId } = route.useParams()
  return (
    <ProjectPage>
      {({ project_id: projectId }) => (
        <DeviceAt key={`${projectId} ${deviceId}`} place={{ projectId, deviceId }} />
      )}
    </ProjectPage>
  )
}

function DeviceAt({ place }: { readonly place: Place }) {
  const { t } = useTranslation()
  const device = useQuery(deviceQuery(place, useLanguage()))
  const { data, error } = device
  const trail = [
    <Link key="devices" to="/devices">
      {t('frame.allDevices')}
    </Link>,
  ]
  // A device that was deleted meanwhile must not look alive.
  if (data && !(error instanceof ApiError && error.status === 404))
    return <DeviceFound place={place} device={data} trail={trail} />
  return (
    <Page title={place.deviceId} purpose={t('device.purpose')} trail={trail}>
      <Answer of={{ ...device, data: undefined }}>{() => null}</Answer>
      {error && (
        <div>
          <Link className="link" to="/devices">
            {t('device.toList')}
          </Link>
        </div>
      )}
    </Page>
  )
}

interface DeviceFoundProps {
  readonly place: Place
  readonly device: Device
  readonly trail: readonly ReactNode[]
}

function DeviceFound({ place, device, trail }: DeviceFoundProps) {
  const { t } = useTranslation()
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { live, reports } = useDeviceEvents(place)
  const { projectId } = place
  const model = useQuery(modelQuery({ projectId, productId: device.product_id, appId: device.app_id }))
  const latest = useQuery(latestQuery(place, useLanguage()))
  // The page and the row of tabs stay where they are: the router would put back what it saw of them a moment ago.
  const onTab = (tab: string): void => void navigate({ search: { tab }, resetScroll: false })
  const onDeleted = () => navigate({ to: '/devices' })
  /** Of what the model and the last values say, both read; the model's failure takes only units and types away. */
  const withServices = (children: (services: readonly ShownService[]) => ReactNode): ReactNode => (
    <>
      {model.error && <Answer of={{ ...model, data: undefined }}>{() => null}</Answer>}
      <Answer of={{ ...latest, data: model.isPending ? undefined : latest.data }}>
        {(values) => children(shownServices(model.data, values))}
      </Answer>
    </>
  )
  return (
    <Page
      title={nameOf(device)}
      trail={trail}
      purpose={
        <div className="lines">
          <DeviceStatus device={device} />
          <DeviceFacts device={device} />
        </div>
      }
      action={<DeviceActions place={place} device={device} onTab={onTab} onDeleted={onDeleted} />}
    >
      <Tabs
        label={t('device.parts')}
        value={search.tab}
        onChange={onTab}
        tabs={[
          {
            key: 'overview',
            name: t('device.tabs.overview'),
            children: (
              <div className="stack">
                <div className="panel-head">
                  <h2>{t('device.now')}</h2>
                  <LiveMark live={live} />
                </div>
                {device.status === 'INACTIVE' && <NeverConnected device={device} onTab={onTab} />}
                {withServices((services) =>
                  services.length === 0 ? (
                    <NoModel device={device} />
                  ) : (
                    <LatestValues
                      place={place}
                      services={services}
                      onProperty={(service, property) =>
                        void navigate({ search: { tab: 'history', service, properties: [property] } })
                      }
                    />
                  ),
                )}
                <ToldFacts place={place} device={device} />
              </div>
            ),
          },
          {
            key: 'history',
            name: t('device.tabs.history'),
            children: withServices((services) => (
              <Suspense fallback={<LoadingRows rows={8} />}>
                <HistoryView
                  place={place}
                  services={services}
                  reports={reports}
                  choice={search}
                  onChoose={(choice) => void navigate({ search: { tab: 'history', ...choice } })}
                />
              </Suspense>
            )),
          },
          {
            key: 'shadow',
            name: t('device.tabs.shadow'),
            children: (
              <ShadowView
                place={place}
                device={device}
                model={model.data}
                toModel={<ToProduct device={device} />}
              />
            ),
          },
          {
            key: 'commands',
            name: t('device.tabs.commands'),
            children: (
              <Answer of={model}>
                {({ service_capabilities: services }) => (
                  <Suspense fallback={<LoadingRows rows={8} />}>
                    <CommandsTab
                      place={place}
                      device={device}
                      services={services}
                      reportedOf={(service, property) => reportedOf(latest.data, service, property)}
                      view={search.view}
                      onView={(view) => void navigate({ search: { tab: 'commands', view } })}
                      toModel={<ToProduct device={device} />}
                    />
                  </Suspense>
                )}
              </Answer>
            ),
          },
          // A child may have children of its own, as deep as the platform lets them be.
          ...(isDirect(device) || device.children > 0
            ? [
                {
                  key: 'children',
                  isRare: device.children === 0,
                  name: t('device.tabs.children'),
                  children: (
                    <Suspense fallback={<LoadingRows rows={8} />}>
                      <ChildrenTab place={place} device={device} />
                    </Suspense>
                  ),
                },
              ]
            : []),
          {
            key: 'live',
            name: t('device.tabs.live'),
            children: (
              <PacketTail
                projectId={projectId}
                source={{ deviceId: place.deviceId }}
                find={search.find ?? ''}
                onFind={(text) =>
                  void navigate({ search: { tab: 'live', find: text || undefined }, replace: true })
                }
              />
            ),
          },
          {
            key: 'identity',
            name: t('device.tabs.identity'),
            children: isDirect(device) ? (
              <Identity
                place={place}
                device={device}
                fingerprintField={(field) => <FingerprintInput projectId={projectId} {...field} />}
              />
            ) : (
              <EmptyState
                text={t('children.identity')}
                action={<ToGateway device={device} tab="identity" name={t('children.openIdentity')} />}
              />
            ),
          },
          {
            key: 'connections',
            name: t('device.tabs.connections'),
            children: <ConnectionLog place={place} device={device} />,
          },
          {
            key: 'connect',
            name: t('device.tabs.connect'),
            children: isDirect(device) ? (
              <Suspense fallback={<LoadingRows rows={8} />}>
                <ConnectionKit projectId={projectId} device={device} />
              </Suspense>
            ) : (
              <EmptyState text={t('children.connect')} action={<ToGateway device={device} />} />
            ),
          },
          {
            key: 'settings',
            name: t('device.tabs.settings'),
            children: (
              <DeviceSettings
                place={place}
                device={device}
                gatewayField={(field) => <GatewayInput projectId={projectId} {...field} />}
                onDeleted={onDeleted}
              />
            ),
          },
          {
            key: 'logs',
            isRare: true,
            name: t('device.tabs.logs'),
            children: (
              <Suspense fallback={<LoadingRows rows={8} />}>
                <DeviceLogs place={place} />
              </Suspense>
            ),
          },
          {
            key: 'files',
            isRare: true,
            name: t('device.tabs.files'),
            children: (
              <Suspense fallback={<LoadingRows rows={8} />}>
                <DeviceFiles place={place} />
              </Suspense>
            ),
          },
          {
            key: 'client',
            isRare: true,
            name: t('device.tabs.client'),
            children: (
              <Suspense fallback={<LoadingRows rows={8} />}>
                <DeviceMqttClient projectId={projectId} device={device} onTab={onTab} />
              </Suspense>
            ),
          },
        ]}
      />
    </Page>
  )
}

/** What names the device, and where it belongs. */
function DeviceFacts({ device }: { readonly device: Device }) {
  const { t } = useTranslation()
  const { device_id: id, node_id: nodeId, gateway_id: gateway, tags } = device
  return (
    <span className="device-facts small">
      <span className="device-fact">
        {t('device.id')} <Id value={id} what={t('device.id')} />
      </span>
      <span className="device-fact">
        {t('device.nodeId')} <Id value={nodeId} what={t('device.nodeId')} />
      </span>
      <span className="device-fact">
        {t('device.product')}{' '}
        <Link
          className="link"
          to="/products/$productId"
          params={{ productId: device.product_id }}
          search={{ app: device.app_id }}
        >
          {device.product_name}
        </Link>
      </span>
      <span className="device-fact">
        {t('device.space')} {device.app_name}
      </span>
      {gateway !== undefined && (
        <span className="device-fact">
          {t('device.gateway')}{' '}
          <Link className="link" to="/devices/$deviceId" params={{ deviceId: gateway }}>
            {gateway}
          </Link>
        </span>
      )}
      {tags.length > 0 && (
        <ul className="wrapping" aria-label={t('device.tagsLabel')}>
          {tags.map(({ tag_key: key, tag_value: value = '' }) => (
            <li key={key} className="tag break">
              {value === '' ? key : `${key}: ${value}`}
            </li>
          ))}
        </ul>
      )}
    </span>
  )
}

function LiveMark({ live }: { readonly live: boolean }) {
  const { t } = useTranslation()
  return (
    <span role="status" className="small">
      <StatusMark mark={live ? 'online' : 'inactive'}>
        {t(live ? 'device.live' : 'device.reconnecting')}
      </StatusMark>
    </span>
  )
}

interface NeverConnectedProps {
  readonly device: Device
  readonly onTab: (tab: string) => void
}

function NeverConnected({ device, onTab }: NeverConnectedProps) {
  const { t } = useTranslation()
  if (!isDirect(device))
    return <EmptyState text={t('children.neverOnline')} action={<ToGateway device={device} />} />
  return (
    <EmptyState
      text={t('device.neverConnected')}
      action={
        <Button type="primary" onClick={() => onTab('connect')}>
          {t('device.connectIt')}
        </Button>
      }
    />
  )
}

interface ToGatewayProps {
  readonly device: Device
  readonly tab?: string
  readonly name?: string
}

function ToGateway({ device: { gateway_id: deviceId }, tab = 'connect', name }: ToGatewayProps) {
  const { t } = useTranslation()
  if (deviceId === undefined) return null
  return (
    <Link className="link" to="/devices/$deviceId" params={{ deviceId }} search={{ tab }}>
      {name ?? t('children.openGateway')}
    </Link>
  )
}

function NoModel({ device }: { readonly device: Device }) {
  const { t } = useTranslation()
  return <EmptyState text={t('device.noModel')} action={<ToProduct device={device} />} />
}

function ToProduct({ device }: { readonly device: Device }) {
  const { t } = useTranslation()
  return (
    <Link
      className="link"
      to="/products/$productId"
      params={{ productId: device.product_id }}
      search={{ app: device.app_id }}
    >
      {t('device.openProduct')}
    </Link>
  )
}
