import type { AnchorFacts, ChainFacts, PathFacts, PathFault, TrustAnchor } from '../base/chain-facts.ts'
import { limits } from '../base/limits.ts'
import { type DecodedCertificate, decodeCertificate, isSignedBy } from './decode.ts'
import { findPathFault } from './path.ts'

/*
 * From the certificates that a peer presented to `ChainFacts`. Example: the device sends leaf D and intermediate I; the
 * registry has the CAs R (which signed I) and R' (an older CA of the same name). Signatures tell that D hangs on I:
 * linked [0, 1]. From there R is reached, path via [1]; R' matches by name but its key signed nothing: fault
 * `signature`. Each path that hangs together is then walked by the rules of RFC 5280 (`path.ts`).
 *
 * Names only choose whom to ask, keys decide: two CAs may share a subject, an impostor may copy subject and key
 * identifier (safety X5), and the guide's own device certificate has the subject of its CA (safety X4).
 */

/** Ways looked at per anchor: cross-signed intermediates may give several, a hostile chain thousands. */
const PATHS_PER_ANCHOR_MAX = 4
/** Steps of the search for ways: a chain of eight that sign each other in all directions has too many. */
const SEARCH_STEPS_MAX = 64

/**
 * Ties presented certificates (DER, leaf first) to anchors: all of the registry that could matter, verified or not,
 * expired or not, so that a verdict can tell. Says nothing about dates: the result holds until the anchors change.
 * Without `anchors` only the certificates themselves are read.
 */
export async function checkChain(
  presented: readonly Uint8Array[],
  anchors?: readonly TrustAnchor[],
): Promise<ChainFacts> {
  const count = presented.length
  const failed = (fault: 'too-many' | 'unreadable') => ({
    presented: count,
    certificates: [],
    fault,
    linked: [],
  })
  if (count > limits.chainCertificatesMax) return failed('too-many')
  const chain: DecodedCertificate[] = []
  for (const der of presented) {
    const decoded = decodeCertificate(der)
    if (!decoded) return failed('unreadable')
    // Clients send what their file holds; the same certificate twice would only lengthen the search.
    if (!chain.some(({ facts }) => facts.sha256 === decoded.facts.sha256)) chain.push(decoded)
  }
  const issuers = findIssuers(chain)
  const paths = anchors && (await findPaths(chain, issuers, anchors))
  return {
    presented: count,
    certificates: chain.map(({ facts }) => facts),
    linked: [...followIssuers(issuers)],
    ...(paths && { paths }),
  }
}

/** For each presented certificate the indexes of the other presented ones whose key signed it. */
type Issuers = readonly (readonly number[])[]

function findIssuers(chain: readonly DecodedCertificate[]): Issuers {
  return chain.map((subject, index) =>
    chain.flatMap((issuer, at) => (at !== index && at !== 0 && isIssuedBy(subject, issuer) ? [at] : [])),
  )
}

const isNamedIssuer = (subject: DecodedCertificate, issuer: DecodedCertificate): boolean =>
  subject.issuerCanonical === issuer.subjectCanonical

const isIssuedBy = (subject: DecodedCertificate, issuer: DecodedCertificate): boolean =>
  isNamedIssuer(subject, issuer) &&
  issuer.publicKey !== undefined &&
  isSignedBy(subject.x509, issuer.publicKey)

/** The indexes reached from the leaf, in the order of reaching them. */
function followIssuers(issuers: Issuers): ReadonlySet<number> {
  const reached = new Set([0])
  // A Set yields what is added while it is walked.
  for (const index of reached) for (const issuer of issuers[index] ?? []) reached.add(issuer)
  return issuers.length === 0 ? new Set() : reached
}

async function findPaths(
  chain: readonly DecodedCertificate[],
  issuers: Issuers,
  anchors: readonly TrustAnchor[],
): Promise<readonly PathFacts[]> {
  const reached = followIssuers(issuers)
  const found: PathFacts[] = []
  for (const trust of anchors) {
    const anchor = decodeCertificate(trust.der)
    if (!anchor) continue
    const facts = anchorFacts(trust, anchor)
    const named = chain.flatMap((one, index) =>
      reached.has(index) && isNamedIssuer(one, anchor) ? [index] : [],
    )
    const signed = new Set(
      named.filter((index) => chain[index] !== undefined && isIssuedBy(chain[index], anchor)),
    )
    // The anchor itself may stand in the chain: clients send it along, or even use it as their own certificate.
    const own = chain.findIndex(({ facts: { sha256 } }) => sha256 === anchor.facts.sha256)
    if (own === 0) found.push({ anchor: facts, via: [] })
    const ways = own === 0 ? [] : findWays(issuers, signed, own)
    for (const via of ways) found.push(await walk(chain, via, anchor, facts))
    const unsigned = named.find((index) => !signed.has(index))
    if (own === -1 && ways.length === 0 && unsigned !== undefined)
      found.push({ anchor: facts, via: [], fault: { kind: 'signature', certificate: unsigned } })
  }
  return found
}

/**
 * Ways from the leaf to an anchor, shortest first: intermediates by index, ending at one in `signed`. `own` is the
 * anchor's own index, which is never an intermediate of itself.
 */
function findWays(
  issuers: Issuers,
  signed: ReadonlySet<number>,
  own: number,
): readonly (readonly number[])[] {
  const ways: (readonly number[])[] = []
  const queue: (readonly number[])[] = [[]]
  for (let step = 0; step < SEARCH_STEPS_MAX && ways.length < PATHS_PER_ANCHOR_MAX; step++) {
    const way = queue.shift()
    if (!way) break
    const top = way.at(-1) ?? 0
    if (signed.has(top)) ways.push(way)
    for (const issuer of issuers[top] ?? [])
      if (issuer !== own && !way.includes(issuer) && queue.length < SEARCH_STEPS_MAX)
        queue.push([...way, issuer])
  }
  return ways
}

async function walk(
  chain: readonly DecodedCertificate[],
  via: readonly number[],
  anchor: DecodedCertificate,
  facts: AnchorFacts,
): Promise<PathFacts> {
  const indexes = [0, ...via]
  const fault: PathFault | undefined = await findPathFault(
    indexes.flatMap((index) => chain[index] ?? []),
    anchor,
  )
  if (!fault) return { anchor: facts, via }
  if (!('certificate' in fault)) return { anchor: facts, via, fault }
  // The walker counts along its path, the facts along what was presented.
  return { anchor: facts, via, fault: { ...fault, certificate: indexes[fault.certificate] ?? 0 } }
}

const anchorFacts = ({ key, verified }: TrustAnchor, { facts }: DecodedCertificate): AnchorFacts => ({
  key,
  verified,
  name: facts.subjectName,
  subject: facts.subject,
  notBefore: facts.notBefore,
  notAfter: facts.notAfter,
  sha1: facts.sha1,
  sha256: facts.sha256,
})
