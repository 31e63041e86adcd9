import { limits } from '../base/limits.ts'
import type { RetentionSettings } from '../domain/retention/retention.ts'
import type { Store } from './store.ts'

const RETENTION = 'retention'

const defaults: RetentionSettings = {
  historyDays: limits.historyDaysDefault,
  historyBytesMax: undefined,
  logDays: limits.logDaysDefault,
  logBytesMax: undefined,
}

/** As they were saved last; what nobody has set is as this version has it. */
export async function readRetention({ db }: Store): Promise<RetentionSettings> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', RETENTION).executeTakeFirst()
  return row ? { ...defaults, ...(JSON.parse(row.value) as Partial<RetentionSettings>) } : defaults
}

/** Within {@link limits}: the caller has checked them. They hold from the next run of the job on. */
export async function saveRetention({ db }: Store, settings: RetentionSettings): Promise<void> {
  const row = { name: RETENTION, value: JSON.stringify(settings) }
  await db
    .insertInto('setting')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
}
