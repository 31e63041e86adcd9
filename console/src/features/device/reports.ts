import type { LogEntry } from '../../api/events.ts'
import type { ReportVerdict } from '../../api/types.ts'

/** What one report said of one service, as the stream of events tells it. */
export interface ReportedService {
  readonly serviceId: string
  /** Epoch milliseconds: the device's time, and when the platform received it. */
  readonly time: number
  readonly receivedAt: number
  readonly values: ReportVerdict['services'][number]['values']
}

/** The services of all reports among `entries`, in their order; redeliveries say nothing new. */
export function reportedServices(entries: readonly LogEntry[]): readonly ReportedService[] {
  return entries.flatMap(({ kind, at, body }) => {
    if (kind !== 'report') return []
    // The document's test holds entries to this shape (contracts §3).
    const { verdict, repeats } = body as { readonly verdict: ReportVerdict; readonly repeats?: true }
    if (repeats) return []
    return verdict.services.map(({ service_id: serviceId, time, values }) => ({
      serviceId,
      time: Date.parse(time),
      receivedAt: Date.parse(at),
      values,
    }))
  })
}
