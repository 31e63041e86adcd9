import type { Limits } from '../base/limits.ts'
import type { Logger } from '../base/logger.ts'
import { type ExpireDevicesDeps, expireUnactivatedDevices } from '../jobs/expire-devices.ts'
import { type ExpireDownlinksDeps, expireDownlinks } from '../jobs/expire-downlinks.ts'
import { type RepeatConfigurationsDeps, repeatConfigurations } from '../jobs/repeat-configurations.ts'
import { every } from './every.ts'
import type { HttpPresence } from './http-presence.ts'
import type { Listeners } from './listeners.ts'

/**
 * Starts what runs again and again while the platform is up, except retention, which begins before devices may come.
 * Answers how to stop each.
 */
export function startJobs(
  deps: ExpireDevicesDeps &
    ExpireDownlinksDeps &
    RepeatConfigurationsDeps & {
      readonly limits: Pick<Limits, 'ticketKeysMillis'>
      readonly logger: Logger
      readonly listeners: Pick<Listeners, 'renewTicketKeys'>
      readonly httpPresence: Pick<HttpPresence, 'sweep'>
      drainOutbox(): Promise<void>
      sweepFiles(): Promise<number>
    },
): readonly (() => Promise<void>)[] {
  const { limits, logger, listeners, httpPresence, drainOutbox, sweepFiles } = deps
  const jobs: readonly (readonly [millis: number, work: () => Promise<unknown>, failure: string])[] = [
    [
      60_000,
      () => httpPresence.sweep(),
      'devices that came over HTTP and are silent could not be set offline',
    ],
    [
      limits.ticketKeysMillis,
      () => listeners.renewTicketKeys(),
      'the keys of TLS session tickets could not be renewed on all threads',
    ],
    [10_000, () => expireUnactivatedDevices(deps), 'devices that never connected could not be deleted'],
    [5000, () => expireDownlinks(deps), 'messages and commands whose time is over could not be ended'],
    [60_000, () => repeatConfigurations(deps), 'configurations could not be sent again'],
    [3_600_000, sweepFiles, 'files that nobody has any more could not be deleted'],
  ]
  return [
    ...jobs.map(
      ([millis, work, failure]) => every(millis, work, (fault) => logger.error({ fault }, failure)).stop,
    ),
    // What a full disk kept out of the log is moved there once there is space again; the drain reports by itself.
    every(5000, drainOutbox, () => undefined).stop,
  ]
}
