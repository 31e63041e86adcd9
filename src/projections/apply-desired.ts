import type { Instant } from '../base/instant.ts'
import { limits } from '../base/limits.ts'
import type { ShadowChange } from '../domain/entry/entry.ts'
import type { DesiredChange, ShadowOutcome } from '../domain/shadow/desired-change.ts'
import { emptyShadow, ShadowState } from '../domain/shadow/shadow-state.ts'
import type { DeviceState, DeviceStates } from './device-states.ts'

/** Gives what became of it: the same after the same log, always. */
export function applyShadowChange(
  states: DeviceStates,
  device: DeviceState,
  change: ShadowChange['body'],
  at: Instant,
): ShadowOutcome {
  states.settle(device)
  const outcome =
    change.change === 'shadow-deleted'
      ? deleteShadow(states, device)
      : changeDesired(states, device, change.services, at)
  device.hasDesired = hasDesired(device)
  return outcome
}

/** Whether anything is desired of a device. */
export function hasDesired({ services }: Pick<DeviceState, 'services'>): boolean {
  for (const shadow of services.values()) if (shadow.hasDesired) return true
  return false
}

/** First everything is looked at, then everything is changed: all or nothing. */
function changeDesired(
  states: DeviceStates,
  device: DeviceState,
  services: readonly DesiredChange[],
  at: Instant,
): ShadowOutcome {
  const stateOf = (serviceId: string): ShadowState =>
    device.services.get(serviceId) ?? new ShadowState(emptyShadow(serviceId))
  for (const { serviceId, version } of services) {
    const current = stateOf(serviceId).version
    if (version !== undefined && version !== current)
      return { kind: 'version-differs', serviceId, version: current }
  }
  const changing = services.filter(({ serviceId, desired }) => stateOf(serviceId).isChangedByDesired(desired))
  let room = limits.shadowServicesMax - device.services.size
  for (const { serviceId, desired } of changing)
    if ((!device.services.has(serviceId) && room-- <= 0) || stateOf(serviceId).isOverfilledBy(desired))
      return { kind: 'full', serviceId }
  for (const { serviceId, desired } of changing) {
    const shadow = states.shadowOf(device, serviceId)
    if (!shadow) continue
    states.willChange(device, shadow)
    shadow.changeDesired(desired, at)
  }
  return { kind: 'changed' }
}

function deleteShadow(states: DeviceStates, device: DeviceState): ShadowOutcome {
  for (const shadow of device.services.values()) {
    if (shadow.isEmpty) continue
    states.willChange(device, shadow)
    shadow.clear()
  }
  return { kind: 'changed' }
}
