import type { ChainFacts } from '../base/chain-facts.ts'
import type { ProjectId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import { judgeChain } from '../domain/certificate/choose-path.ts'
import { parseClientId } from '../domain/device/client-id.ts'
import type { ConnectionFacts } from '../domain/verdict/connection-question.ts'
import { checkChain } from '../pki/chain.ts'

/** What is known of the certificates of somebody who is no device of ours, as facts of a connection. */
export interface StrangerChain extends Pick<ConnectionFacts, 'enrolment' | 'projectId'> {
  readonly chain: ChainFacts
}

export interface StrangerChains {
  find(presented: readonly Uint8Array[], clientId: string, now: Instant): Promise<StrangerChain>
  /** CA certificates changed. */
  forget(): void
}

/**
 * A device that nobody registered names no project, so its chain is held against the CAs of all projects that let
 * devices register themselves. Unless one of them signed it, its certificate alone is read, and told nothing of them
 * (safety S7). With the same CA in two projects, the one that uploaded it first is meant.
 */
export function createStrangerChains(
  listProvisioningCas: () => Promise<readonly CaCertificate[]>,
): StrangerChains {
  let known: Promise<readonly CaCertificate[]> | undefined

  function list(): Promise<readonly CaCertificate[]> {
    const listing = (known ??= listProvisioningCas())
    listing.catch(() => {
      // A failed reading must not be remembered.
      if (known === listing) known = undefined
    })
    return listing
  }

  return {
    async find(presented, clientId, now) {
      const cas = parseClientId(clientId)?.kind === 'device' ? await list() : []
      return judgeStranger(presented, cas, now)
    },
    forget() {
      known = undefined
    },
  }
}

export async function judgeStranger(
  presented: readonly Uint8Array[],
  cas: readonly CaCertificate[],
  now: Instant,
): Promise<StrangerChain> {
  const alone = () => checkChain(presented.slice(0, 1))
  if (cas.length === 0) return { chain: await alone() }
  const chain = await checkChain(presented, cas)
  if (!chain.paths?.some(({ fault }) => fault === undefined)) return { chain: await alone() }
  const judged = judgeChain(chain, now)
  // Whoever uploads a CA without having its key learns nothing of its devices (safety X2).
  const projectId = judged.kind === 'trusted' ? ownerOf(cas, judged.path.anchor.key) : undefined
  return { chain, enrolment: {}, ...(projectId && { projectId }) }
}

const ownerOf = (cas: readonly CaCertificate[], key: string): ProjectId | undefined =>
  cas.find((ca) => ca.key === key)?.projectId
