import { findAccessKey, listAccessKeys } from '../store/access-keys.ts'
import { SealBrokenError } from '../store/sealer.ts'
import type { Store } from '../store/store.ts'
import { ConfigError } from './config.ts'

/**
 * Throws {@link ConfigError} when the key does not open what the registry holds: with a key of another platform
 * every caller and every device with a secret would be told, one by one, that theirs is wrong.
 */
export async function refuseForeignKey(store: Store, keyFile: string): Promise<void> {
  const [oldest] = await listAccessKeys(store, { limit: 1 })
  if (!oldest) return
  try {
    await findAccessKey(store, oldest.accessKey)
  } catch (fault) {
    if (!(fault instanceof SealBrokenError)) throw fault
    throw new ConfigError(
      `${keyFile} is not the key that the secrets in the registry were sealed with; restore it from the same backup as registry.db.`,
    )
  }
}
