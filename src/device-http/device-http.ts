import { hash } from 'node:crypto'
import type { Buffer } from 'node:buffer'
import type { DeviceId, ProjectId } from '../base/ids.ts'
import type { Clock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { passwordLetters, randomText } from '../base/random-text.ts'
import { Refusal } from '../base/refusal.ts'
import type { Device } from '../domain/device/device.ts'
import { type FindPlace, placeBelow } from '../domain/device/place.ts'
import type { Uplink } from '../domain/uplink/uplink.ts'
import type {
  Authentication,
  ConnectionAttempt,
  ConnectionGrant,
  ConnectionVerdict,
} from '../domain/verdict/verdict.ts'
import { routeTopic, uplinkOf } from '../router/route.ts'
import { childrenOf, readCredentials } from './bodies.ts'

/** What lies beyond this stage, handed in by `app/`. */
export interface DeviceHttpDeps {
  readonly clock: Clock
  readonly limits: Limits
  authenticate(attempt: ConnectionAttempt): Promise<Authentication>
  /** For the list of connections; see the listener's port of the same name. */
  onRefused(verdict: ConnectionVerdict): Promise<void>
  findDevice(deviceId: DeviceId): Promise<Device | undefined>
  readonly findPlace: FindPlace
  /** Resolves when the uplink is durable, with what became of it; rejects when nothing of it was kept. */
  accept(uplink: Uplink): Promise<{ readonly reasonCode: number; readonly reasonString?: string }>
  /** Tokens replaced by this one live for so long; see `store/device-tokens.ts`. */
  saveToken(token: DeviceToken, replacedLiveMillis: number): Promise<void>
  /** Undefined when it is unknown or has expired. */
  findToken(sha256: string): Promise<DeviceToken | undefined>
  /** The device was let in, or has sent something (device protocol §5.2: that makes it ONLINE). */
  onSeen(grant: ConnectionGrant, seen: Seen): Promise<void>
}

export interface DeviceToken {
  /** Lower-case hex SHA-256 of its text. */
  readonly sha256: string
  readonly deviceId: DeviceId
  readonly projectId: ProjectId
  readonly issuedAt: number
  readonly expiresAt: number
}

export interface Seen {
  /** `ip:port` */
  readonly address: string
  /** When it was just let in. */
  readonly verdict?: ConnectionVerdict
}

export interface DeviceCall {
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
  readonly body: Buffer
  /** `ip:port` */
  readonly address: string
  readonly isTls: boolean
}

export interface IssuedToken {
  readonly access_token: string
  /** Seconds. */
  readonly expires_in: number
}

export type UplinkPath = 'messages/up' | 'properties/report' | 'gateway/sub-devices/properties/report'

/** The HTTP API of devices (device protocol §5): a token for a password, and uplinks. Refusals are thrown by name. */
export interface DeviceHttp {
  /** `POST /v5/device-auth`. */
  logIn(call: DeviceCall): Promise<IssuedToken>
  /** `POST /v5/devices/{device_id}/sys/…`; resolves when what was sent is durable. */
  send(path: UplinkPath, deviceId: string, call: DeviceCall): Promise<void>
}

const tokenLength = 48

export function createDeviceHttp(deps: DeviceHttpDeps): DeviceHttp {
  const { clock, limits } = deps

  /** Who the token belongs to, if it is still let in. */
  async function deviceOf(deviceId: string, { headers }: DeviceCall): Promise<Device> {
    const text = headers['access_token']
    if (typeof text !== 'string' || text === '') throw new Refusal('device-token-invalid')
    const token = await deps.findToken(sha256(text))
    // Of another device it is as good as none (safety S3).
    if (!token || token.deviceId !== deviceId) throw new Refusal('device-token-invalid')
    const device = await deps.findDevice(token.deviceId)
    if (!device || device.frozen) throw new Refusal('device-token-invalid')
    return device
  }

  return {
    async logIn(call) {
      const { deviceId, signType, timestamp, password } = readCredentials(call.body)
      const at = clock.now()
      const { verdict, grant } = await deps.authenticate({
        listener: call.isTls ? 'https' : 'http',
        address: call.address,
        at,
        connect: {
          // The same question as in a CONNECT, and so the same verdict.
          protocolLevel: 4,
          clientId: `${deviceId}_0_${signType}_${timestamp}`,
          username: deviceId,
          password,
          keepAliveSeconds: limits.keepAliveSecondsMax,
        },
      })
      if (!grant) {
        await deps.onRefused(verdict)
        throw new Refusal('device-login-failed')
      }
      const text = randomText(tokenLength, passwordLetters)
      const expiresAt = at + limits.deviceTokenLifeMillis
      await deps.saveToken(
        {
          sha256: sha256(text),
          deviceId: grant.deviceId,
          projectId: grant.projectId,
          issuedAt: at,
          expiresAt,
        },
        limits.replacedDeviceTokenMillis,
      )
      await deps.onSeen(grant, { address: call.address, verdict })
      return { access_token: text, expires_in: Math.floor((expiresAt - at) / 1000) - 1 }
    },
    async send(path, deviceId, call) {
      const device = await deviceOf(deviceId, call)
      if (path === 'gateway/sub-devices/properties/report') refuseStrangers(device, call.body)
      const grant: ConnectionGrant = {
        deviceId: device.deviceId,
        projectId: device.projectId,
        spaceId: device.spaceId,
        productKey: device.productKey,
        productId: device.productId,
        // There is none here, and no topic that policies decide about.
        clientId: device.deviceId,
      }
      const route = routeTopic(
        grant,
        `$oc/devices/${device.deviceId}/sys/${path.replace('sub-devices', 'sub_devices')}`,
      )
      if (route.kind === 'drop') throw new Refusal('uplink-refused', { detail: route.sentence })
      const bytesMax = route.bytesMax ?? limits.reportBytesMax
      if (call.body.length > bytesMax) throw new Refusal('body-too-large', { limit: bytesMax })
      const { reasonCode, reasonString = '' } = await deps.accept(
        uplinkOf(grant, route, call.body, clock.now(), false),
      )
      await deps.onSeen(grant, { address: call.address })
      if (reasonCode !== 0) throw new Refusal('uplink-refused', { detail: reasonString })
    },
  }

  /** Device protocol §5.2: over HTTP the whole request is refused for one child that is not the gateway's. */
  function refuseStrangers(gateway: Device, body: Buffer): void {
    for (const id of childrenOf(body, limits.httpBatchChildrenMax))
      if (id !== gateway.deviceId && !placeBelow(gateway, id, deps.findPlace))
        throw new Refusal('child-not-of-gateway', { deviceId: id })
  }
}

const sha256 = (text: string): string => hash('sha256', text, 'hex')
