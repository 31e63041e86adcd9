import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { limits } from '../../src/base/limits.ts'
import { insertTemplate } from '../../src/store/provisioning-templates.ts'
import { startTestApi, type TestApi } from '../support/api.ts'
import { builders } from '../support/registry.ts'
import {
  type Issued,
  makeCa,
  openWorkbench,
  signLeaf,
  verificationCert,
  type Workbench,
} from '../support/openssl.ts'
import { unique } from '../support/wire.ts'

let api: TestApi
let bench: Workbench
beforeAll(async () => {
  bench = openWorkbench()
  api = await startTestApi()
  // Certificates are made by openssl, now by the machine's clock.
  api.clock.advance(Date.now() - api.clock.now() + 3_600_000)
})
afterAll(async () => {
  await api.close()
  bench.dispose()
})
beforeEach(() => void api.notices())

const aCa = (options = {}): Issued => makeCa(bench, { name: unique('ca'), key: 'p256', ...options })
const upload = (content: string, over = {}) => api.ours.call('POST', '/certificates', { content, ...over })
/** An uploaded CA, its own notice taken away. */
const uploaded = async (ca = aCa()) => {
  const { body: wire } = await upload(ca.pem)
  api.notices()
  return { ca, wire }
}
const verify = (id: string, verify_content: string) =>
  api.ours.call('POST', `/certificates/${id}/action?action_id=verify`, { verify_content })
const proofFor = (ca: Issued, code: string, options = {}) =>
  verificationCert(bench, ca, code, { name: unique('proof'), key: 'p256', ...options }).pem

describe('upload', () => {
  test('a CA is taken, unverified, with a code of 128 bits; X8: status is a boolean', async () => {
    const { status, body } = await upload(aCa().pem)

    expect(status).toBe(201)
    expect(body).toMatchObject({
      certificate_id: expect.stringMatching(/^[0-9a-f]{24}$/),
      cn_name: 'zhangsan',
      owner: 'Huawei',
      status: false,
      verify_code: expect.stringMatching(/^[0-9a-f]{32}$/),
      provision_enable: false,
      ocsp_enable: false,
      ocsp_ssl_enable: false,
    })
    expect(body).not.toHaveProperty('content')
    expect(body).not.toHaveProperty('template_id')
    // Its devices are refused for another reason from now on: unverified instead of unknown.
    expect(api.notices()).toEqual([{ kind: 'trust-changed', projectId: api.ours.projectId }])
  })

  test('show has the content, the list has everything else', async () => {
    const { ca, wire } = await uploaded()

    const shown = await api.ours.call('GET', `/certificates/${wire.certificate_id}`)
    const listed = await api.ours.call('GET', '/certificates?limit=50')

    expect(shown.body).toEqual({ ...wire, content: ca.pem })
    expect(listed.body.certificates).toContainEqual(wire)
  })

  test('X6: the code is fresh with every upload and the same with every look', async () => {
    const ca = aCa()
    const { body: first } = await upload(ca.pem)
    await api.ours.call('DELETE', `/certificates/${first.certificate_id}`)
    const { body: second } = await upload(ca.pem)

    expect(second.verify_code).not.toBe(first.verify_code)
    const shown = await api.ours.call('GET', `/certificates/${second.certificate_id}`)
    expect(shown.body.verify_code).toBe(second.verify_code)
  })

  test('the same certificate stands once in a space, and the refusal says which it is', async () => {
    const { ca, wire } = await uploaded()
    const { body: space } = await api.ours.call('POST', '/apps', { app_name: unique('space') })
    const before = await api.snapshot()

    const repeated = await upload(ca.pem)
    expect(repeated.status).toBe(400)
    expect(repeated.body.error_msg).toContain(wire.certificate_id)
    expect(await api.snapshot()).toBe(before)
    expect((await upload(ca.pem, { app_id: space.app_id })).status).toBe(201)
  })

  test('what is no CA certificate is refused with 400 IOTDA.014301, each with its own sentence; nothing is kept', async () => {
    const ca = aCa()
    const cases: readonly (readonly [string, RegExp])[] = [
      ['garbage', /PEM/],
      [`${ca.pem}${aCa().pem}`, /2 certificates/],
      [ca.keyPem, /private key/],
      [`${ca.pem}${ca.keyPem}`, /private key/],
      [signLeaf(bench, ca, { name: unique('leaf'), key: 'p256' }).pem, /not a CA/],
      [aCa({ key: 'rsa1024' }).pem, /weak/],
      [aCa({ validity: { from: '20200101000000Z', to: '20210101000000Z' } }).pem, /expired/],
    ]
    const before = await api.snapshot()

    for (const [content, sentence] of cases) {
      const refused = await upload(content)
      expect(refused).toMatchObject({ status: 400, body: { error_code: 'IOTDA.014301' } })
      expect(refused.body.error_msg).toMatch(sentence)
    }
    expect(await api.snapshot()).toBe(before)
  })

  test('X7: a private key in an upload shows up nowhere', async () => {
    const ca = aCa()
    const secret = ca.keyPem.split('\n')[1] ?? ''

    const refused = await upload(ca.keyPem)

    expect(JSON.stringify([refused.body, api.audited()])).not.toContain(secret)
    expect(await api.snapshot()).not.toContain(secret)
  })

  test.each([{}, { content: '' }, { content: null }, { content: 5 }])(
    'the body %j is refused',
    async (body) => {
      expect((await api.ours.call('POST', '/certificates', body)).status).toBe(400)
    },
  )

  test('X3: a self-signed version 1 CA is accepted', async () => {
    expect((await upload(aCa({ extensions: [] }).pem)).status).toBe(201)
  })
})

test('guide S7: at most so many CA certificates are kept in a project', async () => {
  const small = await startTestApi({ limits: { ...limits, caCertificatesMax: 1 } })
  small.clock.advance(Date.now() - small.clock.now() + 3_600_000)
  await small.ours.call('POST', '/certificates', { content: aCa().pem })
  const before = await small.snapshot()

  const refused = await small.ours.call('POST', '/certificates', { content: aCa().pem })

  expect(refused).toMatchObject({ status: 400, body: { error_code: 'IOTDA.014300' } })
  expect(await small.snapshot()).toBe(before)
  expect((await small.theirs.call('POST', '/certificates', { content: aCa().pem })).status).toBe(201)
  await small.close()
})

describe('proof of possession', () => {
  test('a certificate with the code as Common Name, signed by the CA key, verifies the CA', async () => {
    const { ca, wire } = await uploaded()

    expect(await verify(wire.certificate_id, proofFor(ca, wire.verify_code))).toEqual({
      status: 200,
      body: {},
    })
    expect((await api.ours.call('GET', `/certificates/${wire.certificate_id}`)).body.status).toBe(true)
    expect(api.notices()).toEqual([{ kind: 'trust-changed', projectId: api.ours.projectId }])
    expect(api.audited().map(({ action }) => action)).toContain('certificate.verify')
  })

  test('X6: on a verified CA it answers 200 and changes nothing, whatever is sent', async () => {
    const { ca, wire } = await uploaded()
    await verify(wire.certificate_id, proofFor(ca, wire.verify_code))
    api.notices()
    const before = await api.snapshot()

    expect((await verify(wire.certificate_id, 'anything')).status).toBe(200)
    expect(await api.snapshot()).toBe(before)
    expect(api.notices()).toEqual([])
  })

  test('X6: wrong code, other key, garbage and an expired CA are refused; the status stays', async () => {
    const { ca, wire } = await uploaded()
    const { ca: other, wire: otherWire } = await uploaded()
    const before = await api.snapshot()

    const failed = { status: 400, body: { error_code: 'IOTDA.014307' } }
    expect(await verify(wire.certificate_id, proofFor(ca, otherWire.verify_code))).toMatchObject(failed)
    expect(await verify(wire.certificate_id, proofFor(other, wire.verify_code))).toMatchObject(failed)
    expect((await verify(wire.certificate_id, 'garbage')).status).toBe(400)
    expect(await verify(wire.certificate_id, ca.pem)).toMatchObject(failed)
    expect(await api.snapshot()).toBe(before)
    expect(api.notices()).toEqual([])
  })

  test('another action, none, or no content is refused', async () => {
    const { wire } = await uploaded()
    const path = `/certificates/${wire.certificate_id}/action`

    expect((await api.ours.call('POST', path, { verify_content: 'x' })).status).toBe(400)
    expect((await api.ours.call('POST', `${path}?action_id=trust`, { verify_content: 'x' })).status).toBe(400)
    expect((await api.ours.call('POST', `${path}?action_id=verify`, {})).status).toBe(400)
  })
})

describe('update', () => {
  test('settings change one by one; null unbinds the template, absent leaves it', async () => {
    const { wire } = await uploaded()
    const path = `/certificates/${wire.certificate_id}`
    const template = builders(api.clock).aTemplate(api.ours)
    await insertTemplate(api.store, template)
    const settings = {
      provision_enable: true,
      template_id: template.key,
      ocsp_enable: true,
      ocsp_ssl_enable: true,
      ocsp_server_ca_id: wire.certificate_id,
    }

    expect(await api.ours.call('PUT', path, settings)).toEqual({
      status: 200,
      body: { ...wire, ...settings },
    })
    expect((await api.ours.call('PUT', path, { ocsp_enable: false })).body).toEqual({
      ...wire,
      ...settings,
      ocsp_enable: false,
    })
    const unbound = await api.ours.call('PUT', path, { template_id: null })
    expect(unbound.body).not.toHaveProperty('template_id')
    expect(unbound.body.provision_enable).toBe(true)
  })

  test('northbound §5.3: a template of another project, or none at all, cannot be bound', async () => {
    const { wire } = await uploaded()
    const theirs = builders(api.clock).aTemplate(api.theirs)
    await insertTemplate(api.store, theirs)
    const before = await api.snapshot()

    for (const template_id of [theirs.key, '61c970ce2d63eb6ee655dbf0', 'no-id'])
      expect(
        await api.ours.call('PUT', `/certificates/${wire.certificate_id}`, { template_id }),
      ).toMatchObject({
        status: 404,
        body: { error_code: 'IOTDA.000006' },
      })
    expect(await api.snapshot()).toBe(before)
  })

  test('wrong types are refused, and the verification cannot be set', async () => {
    const { wire } = await uploaded()
    const path = `/certificates/${wire.certificate_id}`

    expect((await api.ours.call('PUT', path, { provision_enable: 'yes' })).status).toBe(400)
    expect((await api.ours.call('PUT', path, { status: true, verified: true })).body.status).toBe(false)
  })
})

test('X9: a deleted CA is gone, and connections that rest on it are told', async () => {
  const { wire } = await uploaded()
  const path = `/certificates/${wire.certificate_id}`

  expect(await api.ours.call('DELETE', path)).toEqual({ status: 204, body: undefined })
  expect(api.notices()).toEqual([
    { kind: 'trust-changed', projectId: api.ours.projectId, removed: wire.certificate_id },
  ])
  expect((await api.ours.call('GET', path)).status).toBe(404)
  expect((await api.ours.call('DELETE', path)).status).toBe(404)
  expect((await api.ours.call('GET', '/certificates/not-an-id')).status).toBe(404)
})

test('northbound §9: the list runs to its end by page.marker', async () => {
  for (let number = 0; number < 3; number++) await uploaded()
  const seen: string[] = []
  let marker = ''
  for (;;) {
    const { body } = await api.ours.call('GET', `/certificates?limit=2&marker=${marker}`)
    if (body.certificates.length === 0) break
    seen.push(...body.certificates.map((wire: { certificate_id: string }) => wire.certificate_id))
    marker = body.page.marker
  }

  expect(seen).toEqual([...new Set(seen)].toSorted().toReversed())
  expect((await api.ours.call('GET', '/certificates')).body.page.count).toBe(seen.length)
})

test("threat 7: another project's CA is not found under one's own path, and its path is forbidden", async () => {
  const { ca, wire } = await uploaded()
  const path = `/certificates/${wire.certificate_id}`
  const verify_content = proofFor(ca, wire.verify_code)
  const before = await api.snapshot()

  for (const [method, at, body] of [
    ['GET', path],
    ['PUT', path, { ocsp_enable: true }],
    ['POST', `${path}/action?action_id=verify`, { verify_content }],
    ['DELETE', path],
  ] as const) {
    expect((await api.theirs.call(method, at, body)).status).toBe(404)
    expect((await api.theirs.callAs(api.ours.projectId, method, at, body)).status).toBe(403)
  }
  expect((await api.theirs.call('GET', '/certificates')).body.certificates).toEqual([])
  expect(await api.snapshot()).toBe(before)
})
