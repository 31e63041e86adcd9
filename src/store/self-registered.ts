import type { RowKey } from '../base/ids.ts'
import type { Store } from './store.ts'

/** `byKey`: of the registration group, or of the CA, that registered the device. */
export async function saveSelfRegistered({ db }: Store, deviceKey: RowKey, byKey: RowKey): Promise<void> {
  await db.insertInto('self_registered').values({ device_key: deviceKey, by_key: byKey }).execute()
}

/** Devices that it has registered and that are still there. */
export async function countSelfRegistered({ db }: Store, byKey: RowKey): Promise<number> {
  const { count } = await db
    .selectFrom('self_registered')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('by_key', '=', byKey)
    .executeTakeFirstOrThrow()
  return Number(count)
}
