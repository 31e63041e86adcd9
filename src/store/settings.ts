import { limits } from '../base/limits.ts'
import type { GatewaySettings } from '../domain/device/gateway-settings.ts'
import type { RetentionSettings } from '../domain/retention/retention.ts'
import type { Store } from './store.ts'

const RETENTION = 'retention'
const GATEWAYS = 'gateways'

const defaults: RetentionSettings = {
  historyDays: limits.historyDaysDefault,
  historyBytesMax: undefined,
  logDays: limits.logDaysDefault,
  logBytesMax: undefined,
}

const gatewayDefaults: GatewaySettings = { childrenFollow: false }

/** As they were saved last; what nobody has set is as this version has it. */
export async function readRetention(store: Store): Promise<RetentionSettings> {
  return { ...defaults, ...(await read<RetentionSettings>(store, RETENTION)) }
}

/** Within {@link limits}: the caller has checked them. They hold from the next run of the job on. */
export async function saveRetention(store: Store, settings: RetentionSettings): Promise<void> {
  await save(store, RETENTION, settings)
}

export async function readGatewaySettings(store: Store): Promise<GatewaySettings> {
  return { ...gatewayDefaults, ...(await read<GatewaySettings>(store, GATEWAYS)) }
}

export async function saveGatewaySettings(store: Store, settings: GatewaySettings): Promise<void> {
  await save(store, GATEWAYS, settings)
}

async function read<T>({ db }: Store, name: string): Promise<Partial<T>> {
  const row = await db.selectFrom('setting').select('value').where('name', '=', name).executeTakeFirst()
  return row ? (JSON.parse(row.value) as Partial<T>) : {}
}

async function save({ db }: Store, name: string, settings: object): Promise<void> {
  const row = { name, value: JSON.stringify(settings) }
  await db
    .insertInto('setting')
    .values(row)
    .onConflict((conflict) => conflict.column('name').doUpdateSet(row))
    .execute()
}
