import Type, { type Static } from 'typebox'
import type { ProjectId } from '../../base/ids.ts'
import { formatIso } from '../../base/instant.ts'
import { countDevices } from '../../store/device-list.ts'
import { milliTime } from '../fields/fields.ts'
import type { OperationDeps } from '../operation.ts'

/** A figure that counts something. */
export const count = (description: string) => Type.Integer({ minimum: 0, description })

export const StatisticsNowBody = Type.Object(
  {
    at: milliTime(),
    devices: count('Registered devices.'),
    online: count('Devices that are online.'),
    reports: count('Property reports, since the log began.'),
    values_stored: count('Values that were stored, since the log began.'),
    values_refused: count('Values that were refused, since the log began.'),
    connections_refused: count('Connections that were refused and written down, since the log began.'),
  },
  { title: 'StatisticsNow' },
)

/** What is counted, as of now. */
export async function statisticsNow(
  { store, clock, readTotals }: Pick<OperationDeps, 'store' | 'clock' | 'readTotals'>,
  projectId: ProjectId,
): Promise<Static<typeof StatisticsNowBody>> {
  const { online, reports, valuesStored, valuesRefused, connectionsRefused } = await readTotals(projectId)
  return {
    at: formatIso(clock.now()),
    devices: await countDevices(store, projectId),
    online,
    reports,
    values_stored: valuesStored,
    values_refused: valuesRefused,
    connections_refused: connectionsRefused,
  }
}
