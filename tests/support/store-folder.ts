import { join } from 'node:path'
import type { DeviceId } from '../../src/base/ids.ts'
import { limits as defaults } from '../../src/base/limits.ts'
import type { Log } from '../../src/log/log.ts'
import { openProjections, type Projections } from '../../src/projections/projections.ts'
import { openLog } from './segment-log.ts'

/** Twenty devices that all report the same. */
export const storeDevices = Array.from({ length: 20 }, (_, index) => `store-${index}` as DeviceId)

/** Report `n` of each of them: two values that must stay together, at a time of its own. */
export function storeReport(n: number): string {
  const eventTime = new Date(Date.UTC(2026, 9, 1) + n * 1000).toISOString().replace(/[-:]|\.000/g, '')
  return JSON.stringify({
    services: [{ service_id: 'Load', properties: { n, twice: 2 * n }, event_time: eventTime }],
  })
}

/** Log and projections of a data folder, with bounds so small that history is folded and merged all the time. */
export async function openStore(
  folder: string,
  onFault: (fault: unknown) => void = () => undefined,
): Promise<{ log: Log; projections: Projections }> {
  const limits = {
    ...defaults,
    logSegmentBytesMax: 256 * 1024,
    logAheadBytes: 64 * 1024,
    logRecentBytes: 64 * 1024,
    historyOpenBytesMax: 32 * 1024,
    historyChunkRowsMax: 64,
    historyMergedChunks: 4,
    historySliceMillis: 1,
  }
  const log = openLog(join(folder, 'log'), { limits })
  const projections = await openProjections({
    file: join(folder, 'projections.db'),
    historyFolder: join(folder, 'history'),
    log,
    limits,
    onFault,
  })
  return { log, projections }
}
