import Type from 'typebox'
import { readRetention, saveRetention } from '../../store/settings.ts'
import { inTransaction } from '../../store/transaction.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation, replyWith } from '../operation.ts'
import { RetentionBody, retentionBody, retentionFields, settingsBody } from './retention-body.ts'

/**
 * Deletes at once what is not kept any longer, and answers when that is done: what the answer says it takes is what it
 * takes from then on. Where it cannot be deleted now the settings hold all the same, and it is tried again.
 */
export const updateRetention = operation({
  id: 'UpdateRetention',
  method: 'PUT',
  url: '/quayside/v1/:project_id/retention',
  tag: 'platform',
  summary:
    'Change how much of history and log is kept, for all projects; what is beyond it is deleted at once, for good',
  status: 200,
  access: 'write',
  audit: 'retention.update',
  params: ProjectParams,
  body: Type.Partial(Type.Object(retentionFields)),
  reply: RetentionBody,
  async run({ store, readUsage, applyRetention }, { body }) {
    const settings = await inTransaction(store, async (tx) => {
      const before = await readRetention(tx)
      const {
        history_days: historyDays = before.historyDays,
        history_bytes_max: historyBytesMax = before.historyBytesMax,
        log_days: logDays = before.logDays,
        log_bytes_max: logBytesMax = before.logBytesMax,
      } = body
      const after = {
        historyDays,
        historyBytesMax: historyBytesMax ?? undefined,
        logDays,
        logBytesMax: logBytesMax ?? undefined,
      }
      await saveRetention(tx, after)
      return after
    })
    await applyRetention()
    return replyWith(retentionBody(settings, await readUsage()), {
      audit: { detail: settingsBody(settings) },
    })
  },
})
