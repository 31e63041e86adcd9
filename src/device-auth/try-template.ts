import type { CaCertificate } from '../domain/certificate/ca-certificate.ts'
import { judgeChain } from '../domain/certificate/choose-path.ts'
import { leafProblems, type Problem } from '../domain/certificate/leaf-problems.ts'
import { fillTemplate } from '../domain/provisioning/fill-template.ts'
import type { TemplateTrial, TrialInput } from '../domain/provisioning/trial.ts'
import { checkChain } from '../pki/chain.ts'
import { readSubjectFields } from '../pki/subject-fields.ts'
import { listCaCertificates } from '../store/ca-certificates.ts'
import { findDeviceAnywhere } from '../store/devices.ts'
import type { Store } from '../store/store.ts'
import { findPolicies, makeDevice, nameOf } from './enrol.ts'

/**
 * Tries a template on a certificate as a connection would: which fields are read, which device they make, and everything
 * that speaks against it, so that somebody who writes a template sees all of it at once. `chain` holds one certificate
 * at least, and has been decoded.
 */
export async function tryTemplate(
  store: Store,
  { projectId, template, chain, now }: TrialInput,
): Promise<TemplateTrial> {
  const [leaf = new Uint8Array()] = chain
  const cas = await listCaCertificates(store, projectId)
  const facts = await checkChain(chain, cas)
  const [certificate] = facts.certificates
  if (!certificate) throw new Error('what is to be tried has been decoded')
  const judged = judgeChain(facts, now)
  // A CA of the same name alone, whose key signed nothing of it, is none.
  const anchor = judged.path?.fault ? undefined : judged.path?.anchor
  const ca = anchor && cas.find(({ key }) => key === anchor.key)
  const fields = readSubjectFields(leaf)
  const filling = fillTemplate(template, fields)
  const made = filling.kind === 'filled' ? filling.device : undefined
  const placed =
    made && (await makeDevice(store, { made, template, now, projectId, ...(ca && { spaceId: ca.spaceId }) }))
  const taken = made && (await findDeviceAnywhere(store, made.deviceId))
  const policies = placed && !('code' in placed) ? await findPolicies(store, template, placed) : []
  const problems: Problem[] = [
    ...leafProblems(certificate, now),
    ...(judged.kind === 'refused' ? [judged.problem] : []),
    ...(ca ? bindingProblems(ca, template) : []),
    ...(filling.kind === 'refused' ? [filling.problem] : []),
    ...(made && taken
      ? [{ code: 'provisioning-device-exists' as const, params: { deviceId: made.deviceId } }]
      : placed && 'code' in placed
        ? [placed]
        : []),
    ...('code' in policies ? [policies] : []),
  ]
  const device = placed && 'code' in placed ? made : placed
  return {
    fields,
    fingerprint: certificate.sha256,
    ...(device && { device }),
    ...(ca && { ca: { key: ca.key, name: nameOf(ca) } }),
    problems,
  }
}

/** That a CA is not verified is said of the chain. */
function bindingProblems(ca: CaCertificate, { key, name }: TrialInput['template']): readonly Problem[] {
  const params = { ca: nameOf(ca) }
  if (!ca.provisionEnable) return [{ code: 'provisioning-off', params }]
  if (ca.templateId === undefined) return [{ code: 'provisioning-template-unbound', params }]
  if (key !== undefined && ca.templateId !== key)
    return [{ code: 'provisioning-template-other', params: { ...params, template: name } }]
  return []
}
