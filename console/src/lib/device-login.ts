import { hmacSha256 } from './hmac-sha256.ts'

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
 * Client id, user name and password of a device with a secret, signed at `at`: HMAC-SHA256 with the hour as key and
 * the secret as message, in lower-case hex (device protocol §2.2).
 */
export function deviceLogin(
  {
    deviceId,
    secret,
    signType,
  }: { readonly deviceId: string; readonly secret: string; readonly signType: SignType },
  at: number,
): DeviceLogin {
  const hour = hourOf(at)
  return {
    clientId: `${deviceId}_0_${signType}_${hour}`,
    username: deviceId,
    password: hmacSha256(hour, secret),
  }
}
