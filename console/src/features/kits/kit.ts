import { deviceLogin } from '../../lib/device-login.ts'
import { cSdkKit } from './clients/c-sdk.ts'
import { espIdfKit } from './clients/esp-idf.ts'
import { mosquittoKit } from './clients/mosquitto.ts'
import { mqttfxKit } from './clients/mqttfx.ts'
import { mqttxKit } from './clients/mqttx.ts'
import { nodejsKit } from './clients/nodejs.ts'
import { pythonKit } from './clients/python.ts'
import {
  caFile,
  certificateFile,
  type ClientKit,
  keyFile,
  type KitFacts,
  type KitFile,
  reportFile,
} from './kit-facts.ts'

export const clientNames = ['mosquitto', 'mqttx', 'mqttfx', 'python', 'nodejs', 'cSdk', 'espIdf'] as const
export type ClientName = (typeof clientNames)[number]

export const kitOf: { readonly [N in ClientName]: (facts: KitFacts) => ClientKit } = {
  mosquitto: mosquittoKit,
  mqttx: mqttxKit,
  mqttfx: mqttfxKit,
  python: pythonKit,
  nodejs: nodejsKit,
  cSdk: cSdkKit,
  espIdf: espIdfKit,
}

export const reportTopic = (deviceId: string): string => `$oc/devices/${deviceId}/sys/properties/report`

/** Client id and password with sign type 0: its hour is not checked, so they hold for good (guide S86–S97). */
export function signedLogin(
  deviceId: string,
  secret: string | undefined,
  now: number,
): { readonly clientId: string; readonly secret: string; readonly password: string } {
  const { clientId, password } = deviceLogin({ deviceId, secret: secret ?? '', signType: '0' }, now)
  return {
    clientId,
    secret: secret ?? '<secret>',
    password: secret === undefined ? '<password>' : password,
  }
}

/** The report as a file shows it. */
const reportText = (report: object): string => `${JSON.stringify(report, undefined, 2)}\n`

/** A certificate with its key, in memory only. */
export interface DeviceCertificate {
  readonly certificatePem: string
  readonly keyPem: string
}

/** Every file of the kit but its README. */
export function kitFiles(facts: KitFacts, certificate?: DeviceCertificate): readonly KitFile[] {
  return [
    { path: caFile, text: facts.platformCa },
    { path: reportFile, text: reportText(facts.report) },
    ...(certificate
      ? [
          { path: certificateFile, text: certificate.certificatePem },
          { path: keyFile, text: certificate.keyPem },
        ]
      : []),
    ...clientNames.flatMap((name) => kitOf[name](facts).files),
  ]
}
