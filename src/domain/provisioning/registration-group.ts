import type { ProductId, ProjectId, RowKey, SpaceId } from '../../base/ids.ts'
import type { Instant } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import { hmacHex, type SignAlgorithm } from '../device/password.ts'

/** Devices that register themselves by what they have in common: a secret, or a CA (device protocol §2.6 A). */
export interface RegistrationGroup {
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly spaceId: SpaceId
  /** `scope_id` on the wire and in client ids: 12 lower-case letters and digits, unique over all projects. */
  readonly scope: string
  readonly name: string
  readonly method: 'SECRET' | 'CERTIFICATES'
  /** Of method SECRET, decoded: printable ASCII, since the C SDK takes it for a C string. Sealed at rest. */
  readonly secret?: string
  /** Of method CERTIFICATES: the CA that device certificates must lead to. */
  readonly caKey?: RowKey
  /** Of devices whose id holds no underscore. */
  readonly productId?: ProductId
  /** Told to devices with the address (§3.9). */
  readonly initConfig?: JsonObject
  /** `host:port` that devices are sent to; absent: this platform's own. */
  readonly address?: string
  readonly enabled: boolean
  readonly createdAt: Instant
}

/** §2.6: the secret that a device of a group makes of its id, 64 hex digits; it becomes the device's own. Vectors G01, G02. */
export const deriveSecret = (
  groupSecret: string,
  deviceId: string,
  algorithm: SignAlgorithm,
): string | undefined => hmacHex(deviceId, groupSecret, algorithm)

/** The product and the node id that a device id of a group stands for: what is before the first `_`, and behind it. */
export function splitDeviceId(deviceId: string): { readonly productId?: string; readonly nodeId: string } {
  const at = deviceId.indexOf('_')
  return at < 0 ? { nodeId: deviceId } : { productId: deviceId.slice(0, at), nodeId: deviceId.slice(at + 1) }
}
