import { hash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import type { CertificateFacts, ChainFacts } from '../base/chain-facts.ts'
import type { ProjectId } from '../base/ids.ts'
import { checkChain } from '../pki/chain.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import { createSharedValues } from './shared-values.ts'

/** A thread's own memory of chains that hold; about 2 kB each. */
const CHAINS_MAX = 4096

export interface ChainCache {
  /** What is known of a presented chain against the CA certificates of `projectId`. */
  find(projectId: ProjectId, presented: readonly Uint8Array[]): Promise<ChainFacts>
  /** The CA certificates of this project changed: everything that rested on them is forgotten. */
  forget(projectId: ProjectId): void
}

/**
 * Chains are walked once and remembered until the CA certificates of the project change. Only chains that lead to a
 * CA by valid signatures are remembered: whoever has no such chain cannot push out those who have. Dates are not
 * part of what is remembered; they are judged each time.
 */
export function createChainCache(
  listCaCertificates: (projectId: ProjectId) => Promise<readonly CaCertificate[]>,
): ChainCache {
  const chains = new LRUCache<string, ChainFacts>({ max: CHAINS_MAX })
  const anchors = new LRUCache<ProjectId, Promise<readonly CaCertificate[]>>({ max: 256 })
  const shared = createSharedValues()
  // Grows with every change: what was begun before a change is not remembered after it.
  let generation = 0

  async function listAnchors(projectId: ProjectId): Promise<readonly CaCertificate[]> {
    const known = anchors.get(projectId)
    if (known) return known
    const listing = listCaCertificates(projectId)
    anchors.set(projectId, listing)
    try {
      return await listing
    } catch (fault) {
      // A failed reading must not be remembered.
      if (anchors.get(projectId) === listing) anchors.delete(projectId)
      throw fault
    }
  }

  /** What one CA's devices have in common is kept once. */
  const leanCertificate = (facts: CertificateFacts): CertificateFacts => ({
    ...facts,
    issuer: shared(facts.issuer),
    issuerName: shared(facts.issuerName),
    organization: shared(facts.organization),
    key: shared(facts.key),
    extensions: shared(facts.extensions),
    ...(facts.keyUsage && { keyUsage: shared(facts.keyUsage) }),
    ...(facts.extendedKeyUsage && { extendedKeyUsage: shared(facts.extendedKeyUsage) }),
  })
  const lean = (facts: ChainFacts): ChainFacts => ({
    ...facts,
    certificates: facts.certificates.map(leanCertificate),
    linked: shared(facts.linked),
    ...(facts.paths && { paths: shared(facts.paths) }),
  })

  return {
    async find(projectId, presented) {
      const key = [projectId, ...presented.map(digest)].join(':')
      const known = chains.get(key)
      if (known) return known
      const begun = generation
      const facts = await checkChain(presented, await listAnchors(projectId))
      const holds = facts.paths?.some(({ fault }) => fault === undefined)
      if (!holds || begun !== generation) return facts
      const kept = lean(facts)
      chains.set(key, kept)
      return kept
    },
    forget(projectId) {
      generation++
      anchors.delete(projectId)
      for (const key of chains.keys()) if (key.startsWith(`${projectId}:`)) chains.delete(key)
    },
  }
}

const digest = (der: Uint8Array): string => hash('sha256', der)
