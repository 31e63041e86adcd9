import { expect } from 'vitest'
import {
  clientExtensions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../../support/openssl.ts'
import { type Body, type Quayside, startQuayside } from '../../support/quayside.ts'
import type { Account } from '../../support/sdk-clients/sdk-client.ts'
import { type Opening, overTcp, overTls } from '../../support/sdk-clients/wire.ts'

export type Transport = 'plain' | 'TLS'

/** The whole product in a process of its own, driven by its API, with a product that the tests of the SDKs share. */
export interface SdkPlatform {
  readonly quayside: Quayside
  readonly productId: string
  /** PEM of the CA that SDKs are given as theirs. */
  readonly ca: string
  /** A good answer's body; `{project}` in the path is ours. */
  api(method: string, path: string, body?: unknown): Promise<Body>
  /** The same below `/v5/iot/{project}/devices/{deviceId}`, whatever the status is. */
  call(
    deviceId: string,
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Body }>
  register(over?: object): Promise<Account & { readonly secret: string }>
  /** A device with a certificate of a verified CA of the project. */
  registerCertified(): Promise<{ readonly account: Account; readonly certificate: Issued }>
  opening(transport: Transport, certificate?: Issued): Opening
  /** Bodies of the device's entries in the log, oldest first. */
  entries(deviceId: string, kinds: string): Promise<readonly Body[]>
  statusOf(deviceId: string): Promise<string>
  shadowOf(deviceId: string): Promise<readonly Body[]>
  dispose(): Promise<void>
}

const property = (name: string, type: string, method: string) => ({
  ...{ property_name: name, data_type: type, method },
})

const services = [
  {
    ...{ service_id: 'Env', service_type: 'Env' },
    properties: [
      property('temperature', 'decimal', 'R'),
      property('humidity', 'int', 'R'),
      property('threshold', 'int', 'RW'),
      { ...property('unit', 'string', 'RW'), max_length: 8 },
    ],
  },
  {
    ...{ service_id: 'Lamp', service_type: 'Lamp' },
    properties: [property('level', 'int', 'RW')],
    commands: [
      {
        command_name: 'switch',
        paras: [{ para_name: 'state', data_type: 'string', required: true, max_length: 8 }],
      },
    ],
  },
]

export async function startSdkPlatform(env: Readonly<Record<string, string>> = {}): Promise<SdkPlatform> {
  const quayside = await startQuayside(env)
  const api = async (method: string, path: string, body?: unknown): Promise<Body> => {
    const answer = await quayside.api(method, path, body)
    expect(answer.status, `${method} ${path}: ${JSON.stringify(answer.body)}`).toBeLessThan(300)
    return answer.body
  }
  const { product_id: productId } = await api('POST', '/v5/iot/{project}/products', {
    ...{ name: 'sdk', device_type: 'Sdk', protocol_type: 'MQTT', data_format: 'json' },
    service_capabilities: services,
  })
  const ca = await (await fetch(`http://127.0.0.1:${quayside.ports.http}/resources/platform-ca.pem`)).text()
  const workbench = openWorkbench()
  let number = 0
  let deviceCa: Promise<Issued> | undefined
  const register = async (over: object) => {
    const body = { product_id: productId, node_id: `node${++number}`, ...over }
    return (await api('POST', '/v5/iot/{project}/devices', body)).device_id
  }
  return {
    ...{ quayside, productId, ca, api },
    call: (deviceId, method, path, body) =>
      quayside.api(method, `/v5/iot/{project}/devices/${deviceId}${path}`, body),
    async register(over = {}) {
      const secret = `a-secret-of-the-sdk-${++number}`
      const auth_info = { auth_type: 'SECRET', secret, secure_access: false }
      return { deviceId: await register({ auth_info, ...over }), secret }
    },
    async registerCertified() {
      deviceCa ??= verifiedCa(workbench, api)
      const name = `leaf${++number}`
      const certificate = signLeaf(workbench, await deviceCa, {
        ...{ name, subject: `/CN=${name}`, key: 'p256', extensions: clientExtensions },
      })
      const auth_info = { auth_type: 'CERTIFICATES', fingerprint: certificate.sha256 }
      return { account: { deviceId: await register({ auth_info }) }, certificate }
    },
    opening: (transport, certificate) =>
      transport === 'plain'
        ? overTcp(quayside.ports.mqtt)
        : overTls(quayside.ports.mqtts, {
            ca,
            ...(certificate && { cert: certificate.pem, key: certificate.keyPem }),
          }),
    async entries(deviceId, kinds) {
      const { entries } = await api(
        'GET',
        `/quayside/v1/{project}/devices/${deviceId}/entries?kinds=${kinds}&limit=100`,
      )
      return entries.toReversed().map(({ body }: Body) => body)
    },
    statusOf: async (deviceId) => (await api('GET', `/v5/iot/{project}/devices/${deviceId}`)).status,
    shadowOf: async (deviceId) => (await api('GET', `/v5/iot/{project}/devices/${deviceId}/shadow`)).shadow,
    async dispose() {
      await quayside.dispose()
      workbench.dispose()
    },
  }
}

async function verifiedCa(workbench: Workbench, api: SdkPlatform['api']): Promise<Issued> {
  const ca = makeCa(workbench, { name: 'sdk-ca', subject: '/CN=sdk-ca', key: 'p256' })
  const uploaded = await api('POST', '/v5/iot/{project}/certificates', { content: ca.pem })
  const proof = verificationCert(workbench, ca, uploaded.verify_code, { name: 'proof', key: 'p256' })
  await api('POST', `/v5/iot/{project}/certificates/${uploaded.certificate_id}/action?action_id=verify`, {
    verify_content: proof.pem,
  })
  return ca
}
