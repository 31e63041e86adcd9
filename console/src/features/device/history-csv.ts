import { call } from '../../api/client.ts'
import { csvLine } from '../../lib/csv.ts'
import type { Place } from './device.ts'
import type { Period } from './history.ts'

/** Rows of one file: spreadsheets read no more, and the browser has to hold it. */
const CSV_ROWS_MAX = 1_000_000
const PAGE = 1000

interface CsvOptions extends Period {
  readonly serviceId: string
  readonly properties: readonly string[]
  readonly onProgress: (rows: number) => void
  readonly signal: AbortSignal
}

/**
 * The history of a service as a CSV file, oldest first: time and time of receipt in UTC, where the time is from, then
 * a column a property. Reports that say nothing of these properties are left out. `cut`: it ends at the most rows that
 * are taken. Rejects with the API's error, or when `signal` aborts.
 */
export async function historyCsv(
  place: Place,
  { serviceId, properties, from, to, onProgress, signal }: CsvOptions,
): Promise<{ readonly content: string; readonly rows: number; readonly cut: boolean }> {
  // The mark tells a spreadsheet that the text is UTF-8.
  const parts = [`\uFEFF${csvLine(['time', 'received_at', 'time_source', ...properties])}`]
  let rows = 0
  let marker: string | undefined
  do {
    const { points, page } = await call('GET /quayside/v1/{project_id}/devices/{device_id}/history', {
      params: { project_id: place.projectId, device_id: place.deviceId },
      query: {
        service_id: serviceId,
        start: String(Math.floor(from)),
        end: String(Math.ceil(to)),
        order: 'asc',
        limit: PAGE,
        ...(marker !== undefined && { marker }),
      },
      signal,
    })
    for (const { time, received_at: receivedAt, time_source: source, values = {} } of points) {
      if (!properties.some((name) => Object.hasOwn(values, name))) continue
      const cells = properties.map((name) => (Object.hasOwn(values, name) ? values[name] : undefined))
      parts.push(csvLine([time, receivedAt, source, ...cells]))
      rows += 1
      if (rows === CSV_ROWS_MAX) return { content: parts.join(''), rows, cut: true }
    }
    onProgress(rows)
    marker = page.marker
  } while (marker !== undefined)
  return { content: parts.join(''), rows, cut: false }
}
