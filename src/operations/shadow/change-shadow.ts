import { Refusal } from '../../base/refusal.ts'
import type { Device } from '../../domain/device/device.ts'
import type { ConfigEntry } from '../../domain/entry/entry.ts'
import type { DesiredChange } from '../../domain/shadow/desired-change.ts'
import type { Shadow } from '../../domain/shadow/shadow.ts'
import { markDesired } from '../../store/desired-due.ts'
import type { OperationDeps } from '../operation.ts'

type Deps = Pick<
  OperationDeps,
  'store' | 'ids' | 'clock' | 'drainOutbox' | 'changeShadow' | 'readShadow' | 'pushDesired'
>

/**
 * Writes a change of a shadow to the log and gives the shadow after it; the difference is on its way to the device.
 * Refused as a whole where a version is not the current one.
 */
export async function changeDesired(
  deps: Deps,
  device: Device,
  services: readonly DesiredChange[],
): Promise<readonly Shadow[]> {
  await changeShadow(deps, device, { change: 'desired-changed', changeId: deps.ids.rowKey(), services })
  deps.pushDesired(device)
  return deps.readShadow(device.deviceId)
}

/** Both sections of all services go. */
export function deleteShadow(deps: Deps, device: Device): Promise<void> {
  return changeShadow(deps, device, { change: 'shadow-deleted', changeId: deps.ids.rowKey() })
}

async function changeShadow(
  { store, clock, drainOutbox, changeShadow: write }: Deps,
  device: Device,
  body: Extract<ConfigEntry, { readonly changeId: string }>,
): Promise<void> {
  const { deviceId, projectId } = device
  // Its registration comes first.
  await drainOutbox()
  const { change } = body
  // Before: a crash behind the log must not leave a device that nobody looks at when it connects. Afterwards: whoever
  // saw meanwhile that nothing was desired has taken the mark away.
  if (change === 'desired-changed') await markDesired(store, device)
  const outcome = await write({ kind: 'config', at: clock.now(), projectId, deviceId, body })
  if (change === 'desired-changed') await markDesired(store, device)
  switch (outcome.kind) {
    case 'changed':
      return
    case 'version-differs': {
      const asked = body.change === 'desired-changed' ? body.services : []
      const version = asked.find(({ serviceId }) => serviceId === outcome.serviceId)?.version ?? 0
      throw new Refusal('shadow-version-differs', {
        serviceId: outcome.serviceId,
        version,
        current: outcome.version,
      })
    }
    case 'full':
      throw new Refusal('shadow-full', { serviceId: outcome.serviceId })
    case 'no-device':
      throw new Refusal('device-not-found', { deviceId })
  }
}
