import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  clientExtensions,
  intermediateExtensions,
  type Issued,
  type KeyKind,
  makeCa,
  openWorkbench,
  signLeaf,
} from '../../tests/support/openssl.ts'
import type { PathFault, TrustAnchor } from '../base/chain-facts.ts'
import { checkChain } from './chain.ts'

const bench = openWorkbench()
afterAll(() => bench.dispose())

const anchor = ({ der }: Issued, key = 'ca', verified = true): TrustAnchor => ({ key, der, verified })
let names = 0
const fresh = (prefix: string) => `${prefix}${++names}`
const ca = (subject: string, extensions?: readonly string[], key: KeyKind = 'p256') =>
  makeCa(bench, { name: fresh('ca'), subject, key, ...(extensions && { extensions }) })
const sub = (issuer: Issued, subject: string, extensions = intermediateExtensions, key: KeyKind = 'p256') =>
  signLeaf(bench, issuer, { name: fresh('sub'), subject, key, extensions })
const leaf = (issuer: Issued, subject: string, extensions?: readonly string[], key: KeyKind = 'p256') =>
  signLeaf(bench, issuer, { name: fresh('leaf'), subject, key, ...(extensions && { extensions }) })

/** Faults of all paths, 'ok' for one that holds. */
async function faults(presented: readonly Issued[], anchors: readonly TrustAnchor[]) {
  const { paths = [] } = await checkChain(
    presented.map(({ der }) => der),
    anchors,
  )
  return paths.map(({ fault }): PathFault | 'ok' => fault ?? 'ok')
}

let root: Issued
let inter: Issued
beforeAll(() => {
  root = ca('/CN=root')
  inter = sub(root, '/CN=inter')
})

test('X3, X4, guide §13: a version 1 leaf with the subject of its CA is tied to it by the signature', async () => {
  const guideCa = makeCa(bench)
  const guideLeaf = signLeaf(bench, guideCa)

  const facts = await checkChain([guideLeaf.der], [anchor(guideCa, 'k1')])

  expect(facts).toMatchObject({ presented: 1, linked: [0] })
  expect(facts.certificates[0]).toMatchObject({ version: 1, selfIssued: true, selfSigned: false })
  expect(facts.paths).toMatchObject([{ anchor: { key: 'k1', name: 'zhangsan', verified: true }, via: [] }])
  expect(facts.paths?.[0]?.fault).toBeUndefined()
})

test('X3: a self-signed version 1 CA is an anchor, directly and through an intermediate', async () => {
  const old = ca('/CN=v1 root', [])
  const middle = sub(old, '/CN=below v1', ['basicConstraints=critical,CA:true'])
  expect(await faults([leaf(old, '/CN=d')], [anchor(old)])).toEqual(['ok'])
  expect(await faults([leaf(middle, '/CN=d'), middle], [anchor(old)])).toEqual(['ok'])
})

test('X5: an impostor CA with the same subject and key identifier fails on the signature', async () => {
  const victim = makeCa(bench, {
    name: fresh('ca'),
    key: 'p256',
    subject: '/CN=victim',
    extensions: ['basicConstraints=critical,CA:true', 'subjectKeyIdentifier=00112233445566778899'],
  })
  const impostor = makeCa(bench, {
    name: fresh('ca'),
    key: 'p256',
    subject: '/CN=victim',
    extensions: ['basicConstraints=critical,CA:true', 'subjectKeyIdentifier=00112233445566778899'],
  })
  const forged = leaf(impostor, '/CN=device', [...clientExtensions, 'authorityKeyIdentifier=keyid'])

  expect(await faults([forged], [anchor(victim)])).toEqual([{ kind: 'signature', certificate: 0 }])
  expect(await faults([forged, impostor], [anchor(victim)])).toEqual([{ kind: 'signature', certificate: 0 }])
})

test('X5: two CAs with the same subject are both usable, with new keys and with the same key', async () => {
  const first = ca('/CN=renewed')
  const second = ca('/CN=renewed')
  const third = makeCa(bench, { name: fresh('ca'), subject: '/CN=renewed', keyPath: first.keyPath })
  const anchors = [anchor(first, '1'), anchor(second, '2'), anchor(third, '3')]
  const good = async (presented: Issued) => {
    const { paths = [] } = await checkChain([presented.der], anchors)
    return paths.filter(({ fault }) => !fault).map((path) => path.anchor.key)
  }
  expect(await good(leaf(first, '/CN=a'))).toEqual(['1', '3'])
  expect(await good(leaf(second, '/CN=b'))).toEqual(['2'])
})

test('X4: intermediates are used in whatever order they come, with the root sent along or not', async () => {
  const lower = sub(inter, '/CN=lower')
  const device = leaf(lower, '/CN=device', clientExtensions)
  for (const presented of [
    [device, lower, inter],
    [device, inter, lower],
    [device, root, inter, lower],
    [device, lower, inter, root],
    [device, lower, lower, inter],
  ])
    expect(await faults(presented, [anchor(root)])).toEqual(['ok'])
  const { paths } = await checkChain([device.der, inter.der, lower.der], [anchor(root)])
  expect(paths?.[0]?.via).toEqual([2, 1])
})

test('X4: an intermediate that is itself registered ends the path', async () => {
  expect(await faults([leaf(inter, '/CN=d')], [anchor(inter)])).toEqual(['ok'])
  expect(await faults([leaf(inter, '/CN=d'), inter], [anchor(inter), anchor(root)])).toEqual(['ok', 'ok'])
})

test('Ed25519, P-384, P-521 and RSA chains hold, through an intermediate', async () => {
  for (const key of ['ed25519', 'p384', 'p521', 'rsa'] as const) {
    const top = ca(`/CN=top ${key}`, undefined, key)
    const middle = sub(top, `/CN=middle ${key}`, intermediateExtensions, key)
    const device = leaf(middle, '/CN=device', clientExtensions, key)
    expect(await faults([device, middle], [anchor(top)])).toEqual(['ok'])
  }
})

test('X4: a device certificate cannot issue others', async () => {
  const plain = leaf(root, '/CN=plain')
  const noCa = sub(root, '/CN=no ca', ['basicConstraints=CA:false'])
  const noSign = sub(root, '/CN=no sign', [
    'basicConstraints=critical,CA:true',
    'keyUsage=critical,digitalSignature',
  ])
  for (const middle of [plain, noCa, noSign])
    expect(await faults([leaf(middle, '/CN=child'), middle], [anchor(root)])).toEqual([
      { kind: 'not-ca', certificate: 1 },
    ])
})

test('X4: path lengths of intermediates and of the anchor are kept', async () => {
  const short = sub(root, '/CN=short', ['basicConstraints=critical,CA:true,pathlen:0'])
  const below = sub(short, '/CN=below')
  expect(await faults([leaf(short, '/CN=d'), short], [anchor(root)])).toEqual(['ok'])
  expect(await faults([leaf(below, '/CN=d'), below, short], [anchor(root)])).toEqual([
    { kind: 'path-length', issuer: 'short', limit: 0 },
  ])
  const flat = ca('/CN=flat root', ['basicConstraints=critical,CA:true,pathlen:0'])
  const middle = sub(flat, '/CN=middle')
  expect(await faults([leaf(flat, '/CN=d')], [anchor(flat)])).toEqual(['ok'])
  expect(await faults([leaf(middle, '/CN=d'), middle], [anchor(flat)])).toEqual([
    { kind: 'path-length', issuer: 'flat root', limit: 0 },
  ])
})

test('X4: name constraints of an intermediate and of the anchor are kept, and cannot be widened below', async () => {
  const permits = (name: string) => [
    'basicConstraints=critical,CA:true',
    `nameConstraints=critical,permitted;DNS:${name}`,
  ]
  const named = (issuer: Issued, name: string) => leaf(issuer, '/CN=d', [`subjectAltName=DNS:${name}`])
  const only = sub(root, '/CN=only a', permits('a.example'))
  expect(await faults([named(only, 'x.a.example'), only], [anchor(root)])).toEqual(['ok'])
  expect(await faults([named(only, 'x.b.example'), only], [anchor(root)])).toEqual([
    { kind: 'name-constraint', issuer: 'only a' },
  ])
  const narrow = ca('/CN=narrow', permits('a.example'))
  const widening = sub(narrow, '/CN=widening', permits('b.example'))
  expect(await faults([named(narrow, 'x.a.example')], [anchor(narrow)])).toEqual(['ok'])
  expect(await faults([named(narrow, 'x.b.example')], [anchor(narrow)])).toEqual([
    { kind: 'name-constraint', issuer: 'narrow' },
  ])
  expect(await faults([named(widening, 'x.b.example'), widening], [anchor(narrow)])).toEqual([
    { kind: 'name-constraint', issuer: 'narrow' },
  ])
  const excluding = ca('/CN=excluding', [
    'basicConstraints=critical,CA:true',
    'nameConstraints=critical,excluded;dirName:dn\n[dn]\nCN=banned',
  ])
  expect(await faults([leaf(excluding, '/CN=banned')], [anchor(excluding)])).toEqual([
    { kind: 'name-constraint', issuer: 'excluding' },
  ])
  expect(await faults([leaf(excluding, '/CN=fine')], [anchor(excluding)])).toEqual(['ok'])
})

test('X4: an unknown critical extension is refused in leaf and intermediate, an unknown other one is not', async () => {
  const unknown = (critical: string) => `1.2.3.4.5=${critical}ASN1:UTF8String:x`
  expect(await faults([leaf(root, '/CN=d', [unknown('critical,')])], [anchor(root)])).toEqual([
    { kind: 'critical-extension', certificate: 0, oid: '1.2.3.4.5' },
  ])
  const middle = sub(root, '/CN=odd', [...intermediateExtensions, unknown('critical,')])
  expect(await faults([leaf(middle, '/CN=d'), middle], [anchor(root)])).toEqual([
    { kind: 'critical-extension', certificate: 1, oid: '1.2.3.4.5' },
  ])
  expect(await faults([leaf(root, '/CN=d', [unknown('')])], [anchor(root)])).toEqual(['ok'])
})

test('X4: what else the path validator objects to is told in its words', async () => {
  // The intermediate demands a policy that the leaf does not have (RFC 5280 §4.2.1.11).
  const strict = sub(root, '/CN=strict', [
    ...intermediateExtensions,
    'policyConstraints=critical,requireExplicitPolicy:0',
    'certificatePolicies=1.2.3.4',
  ])
  const [fault] = await faults([leaf(strict, '/CN=d', clientExtensions), strict], [anchor(root)])
  expect(fault).toMatchObject({ kind: 'invalid' })
})

test('a chain that leads nowhere says how far it hangs together', async () => {
  const stranger = ca('/CN=stranger')
  const middle = sub(stranger, '/CN=middle')
  const device = leaf(middle, '/CN=device')
  expect(await checkChain([device.der], [anchor(root)])).toMatchObject({ linked: [0], paths: [] })
  expect(await checkChain([device.der, middle.der], [anchor(root)])).toMatchObject({
    linked: [0, 1],
    paths: [],
  })
  expect(await checkChain([device.der, stranger.der], [anchor(root)])).toMatchObject({
    linked: [0],
    paths: [],
  })
})

test('the anchor used as device certificate is tied to itself', async () => {
  expect(await faults([root], [anchor(root)])).toEqual(['ok'])
})

test('a hostile chain of certificates that sign each other in all directions ends the search', async () => {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const twins = await Promise.all(
    Array.from({ length: 8 }, (_, index) =>
      x509.X509CertificateGenerator.createSelfSigned({
        serialNumber: `0${index + 1}`,
        name: 'CN=twin',
        keys,
        signingAlgorithm: algorithm,
        extensions: [new x509.BasicConstraintsExtension(true)],
      }),
    ),
  )
  const facts = await checkChain(
    twins.map(({ rawData }) => new Uint8Array(rawData)),
    [anchor(root)],
  )
  expect(facts.linked).toHaveLength(8)
  expect(facts.paths).toEqual([])
})

test('what is no certificate, or too many of them, is told', async () => {
  expect(await checkChain([new Uint8Array([1, 2, 3])], [])).toMatchObject({
    fault: 'unreadable',
    certificates: [],
  })
  expect(await checkChain([root.der, new Uint8Array()], [])).toMatchObject({ fault: 'unreadable' })
  expect(await checkChain([Buffer.concat([root.der, Buffer.from('x')])], [])).toMatchObject({
    fault: 'unreadable',
  })
  expect(
    await checkChain(
      Array.from({ length: 9 }, () => root.der),
      [],
    ),
  ).toMatchObject({
    fault: 'too-many',
    presented: 9,
  })
})

test('without a registry no path is looked for', async () => {
  expect((await checkChain([root.der])).paths).toBeUndefined()
})

test('the facts are plain data', async () => {
  const facts = await checkChain([leaf(inter, '/CN=d').der, inter.der], [anchor(root)])
  expect(structuredClone(facts)).toEqual(facts)
})
