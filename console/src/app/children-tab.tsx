import { useQuery, useQueryClient } from '@tanstack/react-query'
import { ChildrenView } from '../features/device/children/children-view.tsx'
import { childrenKey, type ChildrenPage } from '../features/device/children/children.ts'
import { type Device, nameOf, type Place } from '../features/device/device.ts'
import { RegisterDevice } from '../features/devices/register-device.tsx'
import { spacesQuery } from '../features/spaces/spaces.ts'
import { GatewayInput } from './gateway-input.tsx'
import { useBatch } from './use-batch.ts'
import { useEvents } from './use-events.ts'

// `config`: devices come and go; `audit`: they are renamed, and moved to another gateway.
const kinds = ['status', 'config', 'audit']

interface ChildrenTabProps {
  readonly place: Place
  readonly device: Device
}

/** The children of a device, kept up to date while somebody looks. */
export function ChildrenTab({ place, device }: ChildrenTabProps) {
  const { projectId, deviceId } = place
  const client = useQueryClient()
  const spaces = useQuery(spacesQuery(projectId))
  const readAgain = useBatch<void>(() => void client.invalidateQueries({ queryKey: childrenKey(place) }), {
    millis: 2000,
    max: 1,
  })
  const isShown = (id: string | undefined): boolean =>
    client
      .getQueriesData<ChildrenPage>({ queryKey: childrenKey(place) })
      .some(([, page]) => page?.devices.some(({ device_id: shown }) => shown === id))
  useEvents({
    projectId,
    kinds,
    onEntries(entries) {
      // A status of a device elsewhere is no news here, and in a large fleet there are many.
      if (entries.some(({ kind, device_id: id }) => kind !== 'status' || isShown(id))) readAgain()
    },
    onLive: () => readAgain(),
  })
  return (
    <ChildrenView
      place={place}
      addChild={(onClose) => (
        <RegisterDevice
          projectId={projectId}
          spaces={spaces.data ?? []}
          spaceId={device.app_id}
          productId={undefined}
          gateway={{ deviceId, name: nameOf(device) }}
          onClose={() => {
            readAgain()
            onClose()
          }}
        />
      )}
      gatewayField={(field) => <GatewayInput projectId={projectId} {...field} />}
    />
  )
}
