import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  clientExtensions,
  intermediateExtensions,
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { type Body, type Quayside, startQuayside } from '../support/quayside.ts'
import { connectPacket } from '../support/raw-client.ts'
import { registerProduct } from '../support/registered-device.ts'
import { sClient, type SClientOutcome } from '../support/s-client.ts'

/*
 * Safety S8: whoever resumes a TLS session skips the part of the handshake in which certificates are shown. What was
 * true of its device then must not count now. `openssl s_client` is the device, and the whole product the platform.
 */

const versions = ['TLSv1.2', 'TLSv1.3'] as const
type Version = (typeof versions)[number]

/** A device with a certificate of its own. */
interface Device {
  readonly id: string
  readonly certificate: Issued
  /** Where its TLS session lies. */
  readonly session: string
}

let quayside: Quayside
let bench: Workbench
let productId: string
let ca: VerifiedCa

interface VerifiedCa {
  readonly id: string
  readonly issued: Issued
}

beforeAll(async () => {
  bench = openWorkbench()
  quayside = await startQuayside({ QUAYSIDE_LISTENERS: '2' })
  productId = await registerProduct(quayside)
  ca = await addCa('ca')
})
afterAll(async () => {
  await quayside.dispose()
  bench.dispose()
})

async function ok(method: string, path: string, body?: unknown): Promise<Body> {
  const answer = await quayside.api(method, `/v5/iot/{project}${path}`, body)
  expect([answer.status, answer.body]).toEqual([
    expect.toSatisfy((status: number) => status < 300),
    answer.body,
  ])
  return answer.body
}

async function addCa(name: string): Promise<VerifiedCa> {
  const issued = makeCa(bench, { name, subject: `/CN=${name}`, key: 'p256' })
  const { certificate_id: id, verify_code: code } = await ok('POST', '/certificates', { content: issued.pem })
  const proof = verificationCert(bench, issued, code, { name: `${name}-proof`, key: 'p256' })
  await ok('POST', `/certificates/${id}/action?action_id=verify`, { verify_content: proof.pem })
  return { id, issued }
}

async function addDevice(title: string, under: VerifiedCa = ca): Promise<Device> {
  const name = title.replaceAll(/\W/g, '-')
  const certificate = signLeaf(bench, under.issued, {
    name,
    subject: `/CN=${name}`,
    key: 'p256',
    extensions: clientExtensions,
  })
  const { device_id: id } = await ok('POST', '/devices', {
    product_id: productId,
    node_id: name,
    auth_info: { auth_type: 'CERTIFICATES', fingerprint: certificate.sha256 },
  })
  return { id, certificate, session: bench.path(`${name}.session`) }
}

const connectOf = (deviceId: string): Buffer => connectPacket({ deviceId, password: '' })

/** The full handshake, which leaves the session in its file. */
async function begin(device: Device, version: Version): Promise<void> {
  const { id, certificate, session } = device
  const outcome = await sClient(quayside.ports.mqtts, {
    ...{ version, certificate, connect: connectOf(id), keep: session },
  })
  expect(outcome).toEqual({ isResumed: false, connack: 0 })
}

function resume({ id, certificate, session }: Device, version: Version): Promise<SClientOutcome> {
  return sClient(quayside.ports.mqtts, { version, certificate, connect: connectOf(id), resume: session })
}

/** The verdict on a connection that was refused since then. */
async function refusalSince(since: number): Promise<Body> {
  const find = async (): Promise<Body> => {
    const path = `/quayside/v1/{project}/connections?outcome=refused&limit=1&since=${since}`
    return (await quayside.api('GET', path)).body.connections[0]
  }
  await expect.poll(find, { interval: 20 }).toBeDefined()
  return find()
}

const resumedIn = ({ steps }: Body): unknown =>
  steps.find(({ name }: { name: string }) => name === 'tls').seen.resumed

async function acceptedByThread(): Promise<ReadonlyMap<string, number>> {
  const text = await (await fetch(`http://127.0.0.1:${quayside.ports.http}/metrics`)).text()
  const lines = text.matchAll(/^quayside_listener_connects_accepted_total\{thread="(listener\d+)"\} (\d+)$/gm)
  return new Map([...lines].map(([, thread = '', count]) => [thread, Number(count)]))
}

for (const version of versions) {
  test(`${version}: a session is resumed on whichever thread the device lands`, async () => {
    const device = await addDevice(`everywhere-${version}`)
    await begin(device, version)
    const before = await acceptedByThread()
    const grew = async (): Promise<number> =>
      [...(await acceptedByThread())].filter(([thread, count]) => count > (before.get(thread) ?? 0)).length

    // The system picks the thread by the port of the client: forty of one kind in a row do not happen.
    for (let attempt = 0; attempt < 40 && (await grew()) < 2; attempt++)
      expect(await resume(device, version)).toEqual({ isResumed: true, connack: 0 })

    expect(before.size).toBe(2)
    expect(await grew()).toBe(2)
  })

  const changes: readonly {
    readonly what: string
    readonly connack: number
    readonly code: string
    readonly change: (device: Device, under: VerifiedCa) => Promise<unknown>
  }[] = [
    {
      what: 'deleted',
      ...{ connack: 4, code: 'device-unknown' },
      change: ({ id }) => ok('DELETE', `/devices/${id}`),
    },
    {
      what: 'frozen',
      ...{ connack: 5, code: 'device-frozen' },
      change: ({ id }) => ok('POST', `/devices/${id}/freeze`),
    },
    {
      what: 're-keyed',
      ...{ connack: 5, code: 'fingerprint-mismatch' },
      change: ({ id }) => ok('POST', `/devices/${id}/reset-fingerprint`, { fingerprint: 'ab'.repeat(32) }),
    },
    {
      what: 'without its CA',
      ...{ connack: 4, code: 'certificate-ca-unknown' },
      change: (_, under) => ok('DELETE', `/certificates/${under.id}`),
    },
  ]
  for (const { what, connack, code, change } of changes)
    test(`S8, X9, ${version}: the resumed session of a device that is ${what} meanwhile is refused: ${code}`, async () => {
      const under = await addCa(`ca-${what}-${version}`.replaceAll(/\W/g, '-'))
      const device = await addDevice(`${what}-${version}`, under)
      await begin(device, version)
      expect(await resume(device, version)).toEqual({ isResumed: true, connack: 0 })

      await change(device, under)
      const since = Date.now()
      const outcome = await resume(device, version)

      expect(outcome).toEqual({ isResumed: true, connack })
      const refusal = await refusalSince(since)
      expect([refusal.code, resumedIn(refusal)]).toEqual([code, true])
    })

  test(`design §3.3, ${version}: a device below an intermediate, of which a resumed session knows nothing, is let in`, async () => {
    const intermediate = signLeaf(bench, ca.issued, {
      name: `intermediate-${version}`,
      subject: '/CN=Intermediate',
      key: 'p256',
      extensions: intermediateExtensions,
    })
    const device = await addDevice(`below-${version}`, { id: ca.id, issued: intermediate })
    const { certificate, session } = device
    const connect = connectOf(device.id)
    const first = { version, certificate, chain: intermediate.certPath, connect, keep: session }
    expect(await sClient(quayside.ports.mqtts, first)).toEqual({ isResumed: false, connack: 0 })

    expect(await resume(device, version)).toEqual({ isResumed: true, connack: 0 })
  })

  test(`S8, ${version}: the certificate that counts is the session's, whoever resumes it and for whom`, async () => {
    const [owner, other] = [await addDevice(`owner-${version}`), await addDevice(`other-${version}`)]
    await begin(owner, version)

    // With the session of one, and the certificate of the other at hand: TLS asks for none.
    const since = Date.now()
    const outcome = await resume({ ...other, session: owner.session }, version)

    expect(outcome).toEqual({ isResumed: true, connack: 5 })
    const refusal = await refusalSince(since)
    expect([refusal.code, resumedIn(refusal)]).toEqual(['fingerprint-mismatch', true])
  })

  test(`S8, ${version}, Node PR 64677: who resumes a session without a certificate has none`, async () => {
    const device = await addDevice(`bare-${version}`)
    const bare = { version, connect: connectOf(device.id) }
    const first = await sClient(quayside.ports.mqtts, { ...bare, keep: device.session })
    expect(first).toEqual({ isResumed: false, connack: 4 })

    const outcome = await sClient(quayside.ports.mqtts, { ...bare, resume: device.session })

    expect(outcome).toEqual({ isResumed: true, connack: 4 })
  })
}

test('decision 0011: after a restart the device makes a full handshake, and is let in', async () => {
  const devices = await Promise.all(versions.map((version) => addDevice(`restart-${version}`)))
  for (const [index, version] of versions.entries()) await begin(devices[index] as Device, version)

  await quayside.stop()
  quayside = await quayside.restart()

  for (const [index, version] of versions.entries())
    expect(await resume(devices[index] as Device, version)).toEqual({ isResumed: false, connack: 0 })
})
