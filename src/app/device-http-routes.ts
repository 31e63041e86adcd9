import { createDeviceHttp, type DeviceHttpDeps, type UplinkPath } from '../device-http/device-http.ts'
import type { PostRoute } from '../api/route.ts'
import { systemClock } from '../base/instant.ts'
import type { Limits } from '../base/limits.ts'
import { findDeviceToken, saveDeviceToken } from '../store/device-tokens.ts'
import type { Sender } from '../listener/ports.ts'
import type { OpenedStore } from '../store/open-store.ts'
import type { DeviceStack } from './device-stack.ts'
import type { HttpPresence } from './http-presence.ts'

const paths: readonly UplinkPath[] = [
  'messages/up',
  'properties/report',
  'gateway/sub-devices/properties/report',
]

/** The HTTP API of devices (device protocol §5), over the stages that devices of MQTT meet. */
export function deviceHttpRoutes(
  store: OpenedStore,
  { authenticate, accept, recordRefusal, registry }: DeviceStack,
  presence: HttpPresence,
  limits: Limits,
): readonly PostRoute[] {
  const deps: DeviceHttpDeps = {
    clock: systemClock,
    limits,
    authenticate,
    onRefused: (verdict) => recordRefusal(verdict, []),
    findDevice: registry.findDevice,
    findPlace: registry.findPlace,
    accept: (uplink) =>
      new Promise((resolve, reject) => {
        const sender: Sender = {
          // Its answers are joined here, by nobody's connection.
          name: '-',
          accepted: (_ticket, _bytes, answer) => resolve(answer),
          notAccepted: (_bytes, fault) => reject(fault instanceof Error ? fault : new Error(String(fault))),
        }
        accept(uplink, sender, 0, uplink.payload.byteLength)
      }),
    saveToken: (token, replacedLiveMillis) => saveDeviceToken(store, token, replacedLiveMillis),
    findToken: (sha256) => findDeviceToken(store, sha256, systemClock.now()),
    onSeen: (grant, seen) => presence.seen(grant, seen),
  }
  const deviceHttp = createDeviceHttp(deps)
  return [
    { url: '/v5/device-auth', run: (call) => deviceHttp.logIn(call) },
    ...paths.map((path) => ({
      url: `/v5/devices/:device_id/sys/${path}`,
      async run({ params, ...call }: Parameters<PostRoute['run']>[0]) {
        await deviceHttp.send(path, params['device_id'] ?? '', call)
        return undefined
      },
    })),
  ]
}
