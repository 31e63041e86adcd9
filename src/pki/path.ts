import assert from 'node:assert'
import type { Certificate, GeneralSubtree, NameConstraints } from 'pkijs'
import type { CertificateFacts, PathFault } from '../base/chain-facts.ts'
import { type DecodedCertificate, parseCertificate } from './decode.ts'
import { pkijs } from './library.ts'

/*
 * One path from a leaf to an anchor, whose signatures have been found right already, against RFC 5280 §6.1. The
 * walking is pkijs' (safety X4), with these provisions, each of which has a test:
 * - It is given one line of certificates, never a graph: its own search does not end on certificates that sign each
 *   other, and lacks Ed25519.
 * - It does not look at path length, nor at critical extensions of the leaf: those two are looked at here.
 * - It adds up the name constraints of all CAs where RFC 5280 §6.1.4 (g) intersects them, and leaves out the
 *   anchor's: so it is run once for each CA that has some, over what lies below that CA.
 * - Dates are the judge's: here all certificates are given the same life.
 * - An anchor is a name and a key (RFC 5280 §6.1.1 (d)). Whether it may sign was judged when it was uploaded; a
 *   version 1 CA cannot say so itself.
 */

const NAME_CONSTRAINTS = '2.5.29.30'
const BASIC_CONSTRAINTS = '2.5.29.19'

/** Critical extensions that are heeded: here, by the validator, or by the judge (purposes of a leaf). */
const heeded: ReadonlySet<string> = new Set([
  '2.5.29.15',
  '2.5.29.17',
  '2.5.29.18',
  BASIC_CONSTRAINTS,
  NAME_CONSTRAINTS,
  '2.5.29.32',
  '2.5.29.33',
  '2.5.29.36',
  '2.5.29.37',
  '2.5.29.54',
])

/**
 * Why `path` (leaf first, then its intermediates) does not hold up to `anchor`; undefined when it does. `certificate`
 * in the answer is an index into `path`.
 */
export async function findPathFault(
  path: readonly DecodedCertificate[],
  anchor: DecodedCertificate,
): Promise<PathFault | undefined> {
  const facts = path.map((one) => one.facts)
  return (
    findCriticalExtension(facts) ??
    findNonCa(facts) ??
    findPathLength(facts, anchor.facts) ??
    (isTold(facts, anchor.facts)
      ? undefined
      : ((await validate(path, anchor)) ?? (await validateNames(path, anchor))))
  )
}

/**
 * Extensions of a leaf that say nothing to a path validator: identifiers, basic constraints, usages (the judge's), other
 * names, which only name constraints would bind.
 */
const unasked: ReadonlySet<string> = new Set([
  '2.5.29.14',
  '2.5.29.15',
  '2.5.29.17',
  BASIC_CONSTRAINTS,
  '2.5.29.35',
  '2.5.29.37',
])

/**
 * A leaf right below an anchor without name constraints, and nothing in it that the validator would look at: the
 * signature is all there is to RFC 5280 §6.1 then, and it was found right. Most devices come so, and the validator
 * would take 2 ms for each.
 */
function isTold([leaf, ...intermediates]: readonly CertificateFacts[], anchor: CertificateFacts): boolean {
  return (
    leaf !== undefined &&
    intermediates.length === 0 &&
    leaf.extensions.every(({ oid }) => unasked.has(oid)) &&
    !anchor.extensions.some(({ oid }) => oid === NAME_CONSTRAINTS)
  )
}

function findCriticalExtension(path: readonly CertificateFacts[]): PathFault | undefined {
  for (const [certificate, { extensions }] of path.entries()) {
    const unknown = extensions.find(({ oid, critical }) => critical && !heeded.has(oid))
    if (unknown) return { kind: 'critical-extension', certificate, oid: unknown.name ?? unknown.oid }
  }
  return undefined
}

/** RFC 5280 §6.1.4 (k), (n); the validator says it too, but not of which certificate. */
function findNonCa(path: readonly CertificateFacts[]): PathFault | undefined {
  const certificate = path.findIndex(
    ({ isCa, keyUsage }, index) => index > 0 && (!isCa || keyUsage?.includes('keyCertSign') === false),
  )
  return certificate === -1 ? undefined : { kind: 'not-ca', certificate }
}

/** RFC 5280 §6.1.4 (l), (m): self-issued intermediates do not count, the leaf never does. */
function findPathLength(path: readonly CertificateFacts[], anchor: CertificateFacts): PathFault | undefined {
  const issuers = [...path.slice(1), anchor]
  for (const [index, { pathLength, subjectName }] of issuers.entries()) {
    const below = issuers.slice(0, index).filter(({ selfIssued }) => !selfIssued).length
    if (pathLength !== undefined && below > pathLength)
      return { kind: 'path-length', issuer: subjectName, limit: pathLength }
  }
  return undefined
}

async function validate(
  path: readonly DecodedCertificate[],
  anchor: DecodedCertificate,
): Promise<PathFault | undefined> {
  const detail = await runValidator(path, anchor)
  return detail === undefined ? undefined : { kind: 'invalid', detail }
}

/** RFC 5280 §6.1.4 (g): each CA's constraints bind everything below it, whatever the others say. */
async function validateNames(
  path: readonly DecodedCertificate[],
  anchor: DecodedCertificate,
): Promise<PathFault | undefined> {
  const issuers = [...path, anchor]
  for (const [index, issuer] of issuers.entries()) {
    if (index === 0) continue
    const extension = parseCertificate(issuer.der).extensions?.find(
      ({ extnID }) => extnID === NAME_CONSTRAINTS,
    )
    if (!extension) continue
    const constraints: unknown = extension.parsedValue
    const fits =
      constraints instanceof pkijs().NameConstraints &&
      allSubtrees(constraints).every(isKnownForm) &&
      (await runValidator(issuers.slice(0, index), issuer, constraints)) === undefined
    if (!fits) return { kind: 'name-constraint', issuer: issuer.facts.subjectName }
  }
  return undefined
}

const allSubtrees = ({
  permittedSubtrees = [],
  excludedSubtrees = [],
}: NameConstraints): readonly GeneralSubtree[] => [...permittedSubtrees, ...excludedSubtrees]

/** rfc822Name, dNSName, directoryName, URI, iPAddress: what the validator compares. Others cannot be heeded. */
const isKnownForm = ({ base }: GeneralSubtree): boolean => [1, 2, 4, 6, 7].includes(base.type)

/** What the validator objects to in the line `path` → `anchor`; undefined when nothing. */
async function runValidator(
  path: readonly DecodedCertificate[],
  anchor: DecodedCertificate,
  { permittedSubtrees = [], excludedSubtrees = [] }: Partial<NameConstraints> = {},
): Promise<string | undefined> {
  const trusted = asAnchor(anchor)
  const line = [...path.map(({ der }) => withoutDatesAndNames(parseCertificate(der))), trusted]
  const engine = new (pkijs().CertificateChainValidationEngine)({
    trustedCerts: [trusted],
    // The leaf is expected last.
    certs: line.slice(0, -1).toReversed(),
    crls: [],
    ocsps: [],
    checkDate: new Date(ALIVE),
    findIssuer: async (certificate) => line.slice(line.indexOf(certificate) + 1).slice(0, 1),
  })
  const { result, resultMessage } = await engine.verify({
    initialPolicySet: ['2.5.29.32.0'],
    initialExplicitPolicy: false,
    initialPolicyMappingInhibit: false,
    initialInhibitPolicy: false,
    initialPermittedSubtreesSet: [...permittedSubtrees],
    initialExcludedSubtreesSet: [...excludedSubtrees],
    initialRequiredNameForms: [],
    passedWhenNotRevValues: true,
  })
  return result ? undefined : resultMessage
}

/** A moment in which every certificate given to the validator lives. */
const ALIVE = Date.UTC(2000, 0, 1)

function withoutDatesAndNames(certificate: Certificate): Certificate {
  certificate.notBefore.value = new Date(ALIVE - 1)
  certificate.notAfter.value = new Date(ALIVE + 1)
  const rest = certificate.extensions?.filter(({ extnID }) => extnID !== NAME_CONSTRAINTS)
  if (rest) certificate.extensions = rest
  return certificate
}

function asAnchor({ der }: DecodedCertificate): Certificate {
  const certificate = withoutDatesAndNames(parseCertificate(der))
  const isCa = new (pkijs().BasicConstraints)({ cA: true })
  certificate.extensions = [
    new (pkijs().Extension)({
      extnID: BASIC_CONSTRAINTS,
      critical: true,
      extnValue: isCa.toSchema().toBER(),
      parsedValue: isCa,
    }),
  ]
  assert(certificate.tbsView.byteLength > 0, 'the validator compares certificates by their encoding')
  return certificate
}
