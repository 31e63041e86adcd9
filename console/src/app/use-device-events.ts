import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useLanguage } from '../components/language.ts'
import type { LogEntry } from '../api/events.ts'
import { tracksQuery } from '../features/device/commands/downlinks.ts'
import { withEntries } from '../features/device/commands/tracks.ts'
import { deviceKey, type Place } from '../features/device/device.ts'
import { latestQuery, withReports } from '../features/device/latest.ts'
import { type ReportedService, reportedServices } from '../features/device/reports.ts'
import { createFeed, type Feed } from '../lib/feed.ts'
import { useBatch } from './use-batch.ts'
import { useEvents } from './use-events.ts'

const kinds = ['report', 'status', 'connection', 'config', 'downlink', 'response', 'event-up']
const recordKinds = new Set(['status', 'connection', 'config'])
/** Of what is sent to the device and answered: it changes nothing of its record. */
const isOfDownlink = ({ kind }: LogEntry): boolean => kind === 'downlink' || kind === 'response'
/** While something goes on, the lists that it changes are read again at most so often. */
const listsAgain = { millis: 2000, max: 1 }
/** While reports come, what they change beside the values shown is read again at most so often. */
const slowly = { millis: 5000, max: 1 }
/** What half a second brings when a device reports a thousand times a second. */
const group = 500

interface DeviceEvents {
  readonly live: boolean
  /** What is reported, for charts that go on at their right edge. */
  readonly reports: Feed<ReportedService>
}

/** Keeps the page of one device up to date: its values from the reports themselves, all else by reading it again. */
export function useDeviceEvents(place: Place): DeviceEvents {
  const client = useQueryClient()
  const language = useLanguage()
  const [reports] = useState(() => createFeed<ReportedService>())
  const read = (...parts: readonly string[]): void => {
    for (const part of parts) void client.invalidateQueries({ queryKey: [...deviceKey(place), part] })
  }
  const readSlowly = useBatch(() => read('latest', 'shadow'), slowly)
  // The steps too: what came while they were being read may be missing in what was read.
  const readDownlinks = useBatch(() => read('downlinks', 'messages', 'async-commands'), listsAgain)
  // Its log, its files, and its versions, which stand in its record.
  const readTold = useBatch(() => read('logs', 'files', 'log-switch', 'record'), listsAgain)
  const state = useEvents({
    projectId: place.projectId,
    kinds,
    devices: [place.deviceId],
    max: group,
    onEntries(entries) {
      const services = reportedServices(entries)
      if (services.length > 0) {
        client.setQueryData(
          latestQuery(place, language).queryKey,
          (known) => known && withReports(known, services),
        )
        reports.publish(services)
        readSlowly(undefined)
      }
      const steps = entries.filter(isOfDownlink)
      if (steps.length > 0) {
        client.setQueryData(
          tracksQuery(place, language).queryKey,
          (known) => known && withEntries(known, steps),
        )
        readDownlinks(undefined)
      }
      if (entries.some(({ kind }) => kind === 'event-up')) readTold(undefined)
      if (entries.some(({ kind }) => recordKinds.has(kind))) read('record', 'connections')
      // What is desired of it has changed.
      if (entries.some(({ kind }) => kind === 'config')) readSlowly(undefined)
    },
    onLive: () => void client.invalidateQueries({ queryKey: deviceKey(place) }),
  })
  return { live: state === 'live', reports }
}
