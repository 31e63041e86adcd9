import Type, { type Static } from 'typebox'
import { formatIso } from '../../base/instant.ts'
import { limits } from '../../base/limits.ts'
import type { RetentionSettings, StorageUsage } from '../../domain/retention/retention.ts'
import { milliTime, orNull } from '../fields/fields.ts'

const days = (description: string) =>
  Type.Integer({ minimum: 1, maximum: limits.retentionDaysMax, description })
const bytesMax = (minimum: number, description: string) =>
  Type.Union([Type.Integer({ minimum, maximum: Number.MAX_SAFE_INTEGER }), Type.Null()], { description })

/** The settings, each as it may be changed. */
export const retentionFields = {
  history_days: days('History older than so many days goes, by whole months.'),
  history_bytes_max: bytesMax(
    limits.historyBytesMin,
    'History above so many bytes goes, the oldest months first, never the current one. Null: no bound.',
  ),
  log_days: days('Log older than so many days goes, by whole files, never the last one.'),
  log_bytes_max: bytesMax(
    limits.logBytesMin,
    'Log above so many bytes goes, the oldest files first, never the last one. Null: no bound.',
  ),
}

export const RetentionBody = Type.Object({
  ...retentionFields,
  usage: Type.Object({
    history: Type.Object({
      bytes: Type.Integer({ description: 'On disk.' }),
      points: Type.Integer({
        description: 'Values; one that was reported twice may count twice for a while.',
      }),
      oldest_at: orNull(milliTime()),
    }),
    log: Type.Object({
      bytes: Type.Integer({ description: 'On disk, with what is reserved for what comes next.' }),
      oldest_at: orNull(milliTime()),
    }),
  }),
})

export function retentionBody(
  settings: RetentionSettings,
  { history, log }: StorageUsage,
): Static<typeof RetentionBody> {
  return {
    ...settingsBody(settings),
    usage: {
      history: {
        bytes: history.bytes,
        points: history.points + history.openPoints,
        oldest_at: history.oldest === undefined ? null : formatIso(history.oldest),
      },
      log: { bytes: log.bytes, oldest_at: log.oldest === undefined ? null : formatIso(log.oldest) },
    },
  }
}

export const settingsBody = (settings: RetentionSettings) => ({
  history_days: settings.historyDays,
  history_bytes_max: settings.historyBytesMax ?? null,
  log_days: settings.logDays,
  log_bytes_max: settings.logBytesMax ?? null,
})
