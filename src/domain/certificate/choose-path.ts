import type { CertificateFacts, ChainFacts, PathFacts } from '../../base/chain-facts.ts'
import { formatIso, type Instant } from '../../base/instant.ts'
import { dateProblems, type Problem, strengthProblems } from './leaf-problems.ts'

export type ChainJudgement =
  | { readonly kind: 'trusted'; readonly path: PathFacts }
  | { readonly kind: 'refused'; readonly problem: Problem; readonly path?: PathFacts }

/**
 * Whether a chain leads to a CA that is verified and valid now (safety X2); else the problem of the path that came
 * nearest, which is the one worth telling. `chain` has at least its leaf, and was held against a registry.
 */
export function judgeChain(chain: ChainFacts, now: Instant): ChainJudgement {
  const judged = (chain.paths ?? []).map((path) => ({ path, ...judgePath(chain.certificates, path, now) }))
  const trusted = judged
    .filter(({ problem }) => problem === undefined)
    .toSorted((a, b) => a.path.via.length - b.path.via.length)
  if (trusted[0]) return { kind: 'trusted', path: trusted[0].path }
  const [nearest] = judged.toSorted((a, b) => b.nearness - a.nearness)
  if (nearest?.problem) return { kind: 'refused', problem: nearest.problem, path: nearest.path }
  return { kind: 'refused', problem: whyNoPath(chain) }
}

/** `nearness` orders problems by how little is missing: a CA waiting for its proof is nearer than one of the same name. */
interface PathJudgement {
  readonly problem?: Problem
  readonly nearness: number
}

function judgePath(
  certificates: readonly CertificateFacts[],
  { anchor, via, fault }: PathFacts,
  now: Instant,
): PathJudgement {
  const subjectOf = (index: number) => certificates[index]?.subjectName ?? '?'
  const issuer = anchor.name
  if (fault) {
    switch (fault.kind) {
      case 'signature':
        return {
          nearness: 0,
          problem: {
            code: 'certificate-signature-wrong',
            params: { subject: subjectOf(fault.certificate), issuer },
          },
        }
      case 'not-ca': {
        const { isCa, version } = certificates[fault.certificate] ?? {}
        // Terms rather than sentences: they stand in both languages.
        const missing = version === 3 ? 'no basicConstraints CA:TRUE' : `X.509 v${version}`
        const detail = isCa ? 'keyUsage without keyCertSign' : missing
        return {
          nearness: 1,
          problem: {
            code: 'certificate-intermediate-not-ca',
            params: { subject: subjectOf(fault.certificate), detail },
          },
        }
      }
      case 'path-length':
        return {
          nearness: 1,
          problem: {
            code: 'certificate-path-too-long',
            params: { issuer: fault.issuer, limit: fault.limit },
          },
        }
      case 'name-constraint':
        return {
          nearness: 1,
          problem: { code: 'certificate-name-not-permitted', params: { issuer: fault.issuer } },
        }
      case 'critical-extension':
        return {
          nearness: 1,
          problem: {
            code: 'certificate-critical-extension',
            params: { subject: subjectOf(fault.certificate), oid: fault.oid },
          },
        }
      case 'invalid':
        return {
          nearness: 1,
          problem: { code: 'certificate-path-invalid', params: { issuer, detail: fault.detail } },
        }
    }
  }
  for (const index of via) {
    const intermediate = certificates[index]
    const [problem] = intermediate
      ? [...dateProblems(intermediate, now), ...strengthProblems(intermediate)]
      : []
    if (problem) return { nearness: 2, problem }
  }
  const at = formatIso(now)
  if (now > anchor.notAfter)
    return {
      nearness: 3,
      problem: {
        code: 'certificate-ca-expired',
        params: { issuer, expiry: formatIso(anchor.notAfter), now: at },
      },
    }
  if (now < anchor.notBefore)
    return {
      nearness: 3,
      problem: {
        code: 'certificate-ca-not-yet-valid',
        params: { issuer, start: formatIso(anchor.notBefore), now: at },
      },
    }
  if (!anchor.verified)
    return { nearness: 4, problem: { code: 'certificate-ca-unverified', params: { issuer } } }
  return { nearness: 5 }
}

/** No certificate of the registry has to do with the chain, not even by name. */
function whyNoPath({ certificates, linked }: ChainFacts): Problem {
  const linkedFacts = linked.flatMap((index) => certificates[index] ?? [])
  const top = linkedFacts.at(-1)
  const belowTop = linkedFacts.at(-2)
  if (belowTop && top?.selfSigned)
    return {
      code: 'certificate-ca-unknown',
      params: { subject: belowTop.subjectName, issuer: top.subjectName },
    }
  const params = { subject: top?.subjectName ?? '?', issuer: top?.issuerName ?? '?' }
  if (belowTop) return { code: 'certificate-chain-incomplete', params }
  if (top?.selfSigned) return { code: 'certificate-self-signed', params: { subject: params.subject } }
  return { code: 'certificate-ca-unknown', params }
}
