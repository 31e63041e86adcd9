import { createHmac } from 'node:crypto'
import { expect } from 'vitest'
import { clientIdOf, connectOnce } from '../../support/device-client.ts'
import {
  clientExtensions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../../support/openssl.ts'
import type { Quayside } from '../../support/quayside.ts'
import { registerProduct } from '../../support/registered-device.ts'

/** Devices, CAs and certificates that are wrong in ways that people get them wrong, on a real platform. */
export interface Workshop {
  readonly bench: Workbench
  readonly productId: string
  readonly secret: string
  readonly secretDevice: string
  /** A certificate of the verified CA, with a name of its own. */
  readonly lamp: Issued
  /** As the guide's own values make it: the same subject as its CA. */
  readonly sameSubject: Issued
  /** Expired a year ago. */
  readonly expired: Issued
  /** Signed by a CA that is uploaded but not verified. */
  readonly unverified: Issued
  /** Registers a device with an X.509 certificate; answers its id. */
  register(nodeId: string, fingerprint: string): Promise<string>
  /** One attempt over TLS; answers the CONNACK code. */
  connectBy(deviceId: string, certificate: Issued): Promise<number | undefined>
  /** One attempt with a secret, over plain MQTT; answers the CONNACK code. */
  connectWith(deviceId: string, secret: string): Promise<number | undefined>
}

export async function openWorkshop(quayside: Quayside): Promise<Workshop> {
  const bench = openWorkbench()
  const productId = await registerProduct(quayside)
  const platformCa = await (
    await fetch(`http://127.0.0.1:${quayside.ports.http}/resources/platform-ca.pem`)
  ).text()
  const verifiedCa = makeCa(bench, { name: 'verified', key: 'p256' })
  const otherCa = makeCa(bench, { name: 'other', key: 'p256', subject: '/O=Workshop/CN=second floor' })
  await upload(quayside, bench, verifiedCa, true)
  await upload(quayside, bench, otherCa, false)
  const leaf = (name: string, options: object = {}, ca = verifiedCa) =>
    signLeaf(bench, ca, {
      name,
      key: 'p256',
      subject: `/O=Workshop/CN=${name}`,
      extensions: clientExtensions,
      ...options,
    })
  const register = async (nodeId: string, auth: object): Promise<string> => {
    const { status, body } = await quayside.api('POST', '/v5/iot/{project}/devices', {
      product_id: productId,
      node_id: nodeId,
      auth_info: auth,
    })
    expect({ status, body }).toMatchObject({ status: 201 })
    return body.device_id
  }
  const secret = 'the-secret-of-the-pump'
  const secretDevice = await register('pump', { auth_type: 'SECRET', secret, secure_access: false })

  return {
    bench,
    productId,
    secret,
    secretDevice,
    lamp: leaf('lamp'),
    sameSubject: signLeaf(bench, verifiedCa, { name: 'deviceCert', key: 'p256' }),
    expired: leaf('old-lamp', { validity: { from: '20240101000000Z', to: '20250101000000Z' } }),
    unverified: leaf('upstairs-lamp', {}, otherCa),
    register: (nodeId, fingerprint) =>
      register(nodeId, { auth_type: 'CERTIFICATES', fingerprint, secure_access: true }),
    async connectBy(deviceId, certificate) {
      const { code, client } = await connectOnce(`mqtts://localhost:${quayside.ports.mqtts}`, {
        clientId: clientIdOf(deviceId),
        username: deviceId,
        cert: certificate.pem,
        key: certificate.keyPem,
        ca: platformCa,
      })
      await client?.endAsync()
      return code
    },
    async connectWith(deviceId, given) {
      const clientId = clientIdOf(deviceId)
      const { code, client } = await connectOnce(`mqtt://localhost:${quayside.ports.mqtt}`, {
        clientId,
        username: deviceId,
        password: createHmac('sha256', clientId.slice(-10)).update(given).digest('hex'),
      })
      await client?.endAsync()
      return code
    },
  }
}

async function upload(quayside: Quayside, bench: Workbench, ca: Issued, verify: boolean): Promise<void> {
  const path = '/v5/iot/{project}/certificates'
  const { status, body } = await quayside.api('POST', path, { content: ca.pem })
  expect({ status, body }).toMatchObject({ status: 201 })
  if (!verify) return
  const proof = verificationCert(bench, ca, body.verify_code, { key: 'p256' })
  const checked = await quayside.api('POST', `${path}/${body.certificate_id}/action?action_id=verify`, {
    verify_content: proof.pem,
  })
  expect(checked).toMatchObject({ status: 200 })
}
