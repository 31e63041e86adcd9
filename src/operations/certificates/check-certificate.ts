import Type from 'typebox'
import { judgeProof } from '../../pki/proof.ts'
import { markVerified } from '../../store/ca-certificates.ts'
import { Empty } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { CertificateParams } from './certificate-body.ts'
import { requireCertificate } from './find-certificate.ts'

/** Proof of possession: the CA authenticates devices from now on. On a verified CA nothing changes (safety X6). */
export const checkCertificate = operation({
  id: 'CheckCertificate',
  method: 'POST',
  url: '/v5/iot/:project_id/certificates/:certificate_id/action',
  tag: 'certificates',
  summary: 'Verify possession of the private key of a device CA certificate',
  status: 200,
  access: 'write',
  audit: 'certificate.verify',
  params: CertificateParams,
  query: Type.Object({ action_id: Type.Enum(['verify']) }),
  body: Type.Object({
    verify_content: Type.String({
      description: 'PEM text of a certificate whose Common Name is the verify_code, signed by the CA key.',
    }),
  }),
  reply: Empty,
  async run({ store, bus, clock }, { params, body, caller: { projectId } }) {
    const ca = await requireCertificate(store, projectId, params.certificate_id)
    if (ca.verified) return {}
    const proof = { content: body.verify_content, code: ca.verifyCode, caDer: ca.der }
    const judgement = judgeProof(proof, clock.now())
    if (judgement.kind === 'refused') throw judgement.refusal
    // Deleted or verified in the meantime: then this call changes nothing, and tells nobody.
    if (await markVerified(store, projectId, ca.key)) await bus.publish({ kind: 'trust-changed', projectId })
    return {}
  },
})
