import { timingSafeEqual } from 'node:crypto'
import type { CertificateFacts, PathFacts } from '../../base/chain-facts.ts'
import type { Fingerprint } from '../../base/ids.ts'
import { formatIso } from '../../base/instant.ts'
import type { JsonObject } from '../../base/json.ts'
import { judgeChain } from '../certificate/choose-path.ts'
import { leafProblems } from '../certificate/leaf-problems.ts'
import type { Device } from '../device/device.ts'
import type { Question } from './connection-question.ts'
import { failed, noted, passed, skipped } from './judged-step.ts'
import type { Step } from './verdict.ts'

export interface CertificateJudgement {
  /** `certificate`, `chain`, `fingerprint`. */
  readonly steps: readonly Step[]
  /** The peer has shown a certificate of the device, or the one to pin: no step failed. */
  readonly isProven: boolean
  readonly path?: PathFacts
  readonly pin?: Fingerprint
}

/**
 * The certificate of a device that authenticates with one (device protocol §2.5); skipped for a device with a
 * secret and for a bridge, which may present what they like. Where no device is known, what can be said of the certificate is said.
 */
export function judgeCertificate(question: Question): CertificateJudgement {
  const { facts, record } = question
  const [leaf] = facts.chain?.certificates ?? []
  if (record?.auth.type === 'SECRET' || question.bridge) return allSkipped
  if (!leaf) {
    const steps = [judgeAbsence(question), skipped('chain'), skipped('fingerprint')]
    return { steps, isProven: false }
  }
  const [problem] = leafProblems(leaf, question.now)
  const seen = describe(leaf)
  const certificate = problem ? failed('certificate', problem, seen) : passed('certificate', seen)
  const chain = judgeWay(question, leaf)
  const fingerprint = judgeFingerprint(question, leaf, record, chain.path)
  const steps = [certificate, chain.step, fingerprint.step]
  return {
    steps,
    isProven: record !== undefined && steps.every(({ outcome }) => outcome === 'ok' || outcome === 'noted'),
    ...(chain.path && { path: chain.path }),
    ...(fingerprint.pin && { pin: fingerprint.pin }),
  }
}

const allSkipped: CertificateJudgement = {
  isProven: false,
  steps: [skipped('certificate'), skipped('chain'), skipped('fingerprint')],
}

function judgeAbsence({ facts: { chain, listener }, record, bounds }: Question): Step {
  if (chain?.fault === 'unreadable')
    return failed('certificate', { code: 'certificate-undecodable', params: {} })
  if (chain?.fault === 'too-many') {
    const params = { count: chain.presented, max: bounds.chainCertificatesMax }
    return failed(
      'certificate',
      { code: 'certificate-chain-too-long', params },
      { presented: chain.presented },
    )
  }
  if (!record) return skipped('certificate')
  const code =
    listener === 'mqtts'
      ? 'certificate-missing'
      : listener === 'mqtt'
        ? 'certificate-plain-port'
        : 'certificate-wrong-listener'
  return failed('certificate', { code, params: {} }, { listener, presented: 0 }, { listener: 'mqtts' })
}

const describe = (leaf: CertificateFacts): JsonObject => ({
  subject: leaf.subject,
  issuer: leaf.issuer,
  serial: leaf.serial,
  version: leaf.version,
  not_before: formatIso(leaf.notBefore),
  not_after: formatIso(leaf.notAfter),
  sha256: leaf.sha256,
})

/** The way up to a CA. Without a device and without a project that asks there is no registry to hold it against. */
function judgeWay(
  { facts: { chain }, now }: Question,
  leaf: CertificateFacts,
): { readonly step: Step; readonly path?: PathFacts } {
  if (!chain?.paths) return { step: skipped('chain') }
  const judged = judgeChain(chain, now)
  const { path } = judged
  const seen = {
    issuer: leaf.issuer,
    presented: chain.presented,
    ...(path && { ca: path.anchor.subject, ca_status: path.anchor.verified ? 'verified' : 'unverified' }),
  }
  if (judged.kind === 'refused')
    return { step: failed('chain', judged.problem, seen, { ca_status: 'verified' }) }
  if (leaf.selfIssued && !leaf.selfSigned) {
    const remark = { code: 'certificate-same-subject' as const, params: { subject: leaf.subject } }
    return { step: noted('chain', remark, seen), path: judged.path }
  }
  return { step: passed('chain', seen), path: judged.path }
}

function judgeFingerprint(
  { facts: { chain } }: Question,
  leaf: CertificateFacts,
  record: Device | undefined,
  path: PathFacts | undefined,
): { readonly step: Step; readonly pin?: Fingerprint } {
  if (!record) return { step: skipped('fingerprint') }
  const registered = [record.auth.fingerprint, record.auth.secondaryFingerprint].filter(
    (one) => one !== undefined,
  )
  const seen = { sha256: leaf.sha256, sha1: leaf.sha1 }
  const [first] = registered
  if (first === undefined) {
    const remark = { code: 'fingerprint-pinned' as const, params: { fingerprint: leaf.sha256 } }
    return { step: noted('fingerprint', remark, seen), pin: leaf.sha256 }
  }
  if (registered.map((one) => isFingerprintOf(one, leaf)).includes(true))
    return { step: passed('fingerprint', seen) }
  const expected = { fingerprints: registered }
  const ca = [...(chain?.certificates.slice(1) ?? []), ...(path ? [path.anchor] : [])].find((one) =>
    registered.some((fingerprint) => isFingerprintOf(fingerprint, one)),
  )
  const shown = first.length === leaf.sha1.length ? leaf.sha1 : leaf.sha256
  if (ca) {
    const name = 'name' in ca ? ca.name : ca.subjectName
    const problem = { code: 'fingerprint-of-ca' as const, params: { ca: name, seen: shown } }
    return { step: failed('fingerprint', problem, seen, expected) }
  }
  const params = { seen: shown, expected: registered.join(', ') }
  return { step: failed('fingerprint', { code: 'fingerprint-mismatch', params }, seen, expected) }
}

/** SHA-1 or SHA-256 by length; case and colons do not count, and the time tells nothing (safety X1). */
function isFingerprintOf(
  registered: Fingerprint,
  { sha1, sha256 }: { readonly sha1: Fingerprint; readonly sha256: Fingerprint },
): boolean {
  const given = Buffer.from(registered.replaceAll(':', '').toLowerCase())
  const digest = Buffer.from(given.length === sha1.length ? sha1 : sha256)
  return given.length === digest.length && timingSafeEqual(given, digest)
}
