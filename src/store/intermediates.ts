import type { Fingerprint, RowKey } from '../base/ids.ts'
import type { Store } from './store.ts'
import type { IntermediateTable } from './tables.ts'

/**
 * The intermediates that came with a leaf, as DER, in the order presented; empty when none is kept. A resumed
 * TLS session presents the leaf alone, and is judged on the chain of its full handshake (design §3.3).
 */
export async function findIntermediates(
  { db }: Store,
  leafSha256: Fingerprint,
): Promise<readonly Uint8Array[]> {
  const row = await db
    .selectFrom('intermediate')
    .select('ders')
    .where('leaf_sha256', '=', leafSha256)
    .executeTakeFirst()
  return row ? toDers(row) : []
}

export const toDers = ({ ders }: Pick<IntermediateTable, 'ders'>): readonly Uint8Array[] =>
  (JSON.parse(ders) as string[]).map((der) => new Uint8Array(Buffer.from(der, 'base64')))

/**
 * Keeps the intermediates of an accepted chain; the latest of a leaf replaces those before. At most `max`
 * leaves are kept, those not written for longest go first: their devices do one full handshake more.
 */
export async function saveIntermediates(
  { db }: Store,
  {
    key,
    leafSha256,
    ders,
    max,
  }: { key: RowKey; leafSha256: Fingerprint; ders: readonly Uint8Array[]; max: number },
): Promise<void> {
  const text = JSON.stringify(ders.map((der) => Buffer.from(der).toString('base64')))
  await db.transaction().execute(async (tx) => {
    await tx
      .insertInto('intermediate')
      .values({ leaf_sha256: leafSha256, ders: text, key })
      .onConflict((conflict) => conflict.column('leaf_sha256').doUpdateSet({ ders: text, key }))
      .execute()
    // Rows are counted by walking the index from its new end: one step past `max` is the newest to go.
    const surplus = await tx
      .selectFrom('intermediate')
      .select('key')
      .orderBy('key', 'desc')
      .limit(1)
      .offset(max)
      .executeTakeFirst()
    if (surplus) await tx.deleteFrom('intermediate').where('key', '<=', surplus.key).execute()
  })
}
