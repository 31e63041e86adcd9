import { createHash, timingSafeEqual } from 'node:crypto'
import type { SecretReset, SecretResetOutcome } from '../domain/bridge/secret-reset.ts'
import type { AuditEntry } from '../domain/entry/entry.ts'
import { findDevice, saveDeviceCredentials } from '../store/devices.ts'
import { inTransaction } from '../store/transaction.ts'
import type { DeviceRequestDeps } from './request.ts'

/**
 * A bridge gives a device that is logged in through it another secret, in place of the one that it names (device protocol
 * §3.10). Nothing of the secrets is kept but sealed, so the request stands in no log; who asked for it does.
 */
export async function resetBridgedSecret(
  { store, clock, append }: Pick<DeviceRequestDeps, 'store' | 'clock' | 'append'>,
  { deviceId, projectId, bridgeId, connection, oldSecret, newSecret }: SecretReset,
): Promise<SecretResetOutcome> {
  const outcome = await inTransaction(store, async (tx) => {
    const device = await findDevice(tx, projectId, deviceId)
    if (device?.auth.type !== 'SECRET') return 'unknown-device'
    const { secret, secondarySecret } = device.auth
    const isSecondary = secondarySecret !== undefined && isSame(oldSecret, secondarySecret)
    const isPrimary = secret !== undefined && isSame(oldSecret, secret)
    if (!isPrimary && !isSecondary) return 'wrong-secret'
    const changed = isPrimary ? { secret: newSecret } : { secondarySecret: newSecret }
    await saveDeviceCredentials(tx, { ...device, auth: { ...device.auth, ...changed } })
    return 'done'
  })
  const body: AuditEntry = {
    action: 'device.reset-secret',
    actor: bridgeId,
    address: connection,
    target: deviceId,
    outcome: outcome === 'done' ? 'done' : 'denied',
  }
  await append([{ kind: 'audit', at: clock.now(), projectId, deviceId, body }])
  return outcome
}

/** In constant time, whatever their lengths. */
function isSame(given: string, kept: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(kept))
}
