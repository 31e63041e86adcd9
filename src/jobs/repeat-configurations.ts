import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import type { NewEntry } from '../domain/entry/entry.ts'
import type { Notices } from '../downlink/notices.ts'
import { type DueConfigTask, endConfigTask, listDueConfigTasks } from '../store/config-tasks.ts'
import { findDevice } from '../store/devices.ts'
import type { Store } from '../store/store.ts'

export interface RepeatConfigurationsDeps {
  readonly store: Store
  readonly clock: Clock
  readonly limits: Pick<Limits, 'configRepeatMillis' | 'configTasksPerRunMax'>
  readonly notices: Pick<Notices, 'pushConfigTask'>
  append(entries: readonly NewEntry[]): Promise<unknown>
}

/**
 * Sends configurations again that have not been answered for a day, and ends those whose time is over (device protocol
 * §3.8.8). Takes a bounded number, the oldest first.
 */
export async function repeatConfigurations(deps: RepeatConfigurationsDeps): Promise<void> {
  const { store, clock, limits, notices } = deps
  const now = clock.now()
  const due = await listDueConfigTasks(store, {
    now,
    triedBefore: now - limits.configRepeatMillis,
    limit: limits.configTasksPerRunMax,
  })
  for (const each of due) {
    const { task, projectId, deviceId } = each
    if (task.expiresAt <= now) await giveUp(deps, each)
    else {
      const device = await findDevice(store, projectId, deviceId)
      if (device) await notices.pushConfigTask(device, task)
    }
  }
}

async function giveUp(
  { store, clock, append }: RepeatConfigurationsDeps,
  { task, deviceKey, deviceId, projectId }: DueConfigTask,
): Promise<void> {
  const at = clock.now()
  if (!(await endConfigTask(store, deviceKey, { state: 'timeout', endedAt: at, key: task.key }))) return
  const days = Math.round((task.expiresAt - task.createdAt) / (24 * 3_600_000))
  await append([
    { kind: 'notice', at, projectId, deviceId, body: { code: 'config-unanswered', params: { days } } },
  ])
}
