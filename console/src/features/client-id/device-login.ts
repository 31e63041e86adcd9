/** How the password is checked (guide S89, S90): 0, the timestamp is not; 1, it must be of this hour, or nearly. */
export type SignType = '0' | '1'

/** What an MQTT client of the device is told (guide S86–S97). */
export interface DeviceLogin {
  readonly clientId: string
  readonly username: string
  readonly password: string
}

/** UTC, `YYYYMMDDHH`: of 2018-07-24 17:56:20 UTC, 2018072417 (guide S91). */
export const hourOf = (at: number): string => new Date(at).toISOString().replace(/[-T:]/g, '').slice(0, 10)

/**
 * Client id, user name and password of a device with a secret: HMAC-SHA256 with the hour as key and the secret as
 * message, in lower-case hex (device protocol §2.2). Undefined where the browser hands out no cryptography, as it does
 * over plain HTTP from another machine.
 */
export async function deviceLogin(
  device: { readonly deviceId: string; readonly secret: string; readonly signType: SignType },
  at: number,
  { subtle }: { readonly subtle?: SubtleCrypto } = globalThis.crypto,
): Promise<DeviceLogin | undefined> {
  if (!subtle) return undefined
  const hour = hourOf(at)
  const bytes = (text: string) => new TextEncoder().encode(text)
  const key = await subtle.importKey('raw', bytes(hour), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  const digest = new Uint8Array(await subtle.sign('HMAC', key, bytes(device.secret)))
  return {
    clientId: `${device.deviceId}_0_${device.signType}_${hour}`,
    username: device.deviceId,
    password: Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join(''),
  }
}
