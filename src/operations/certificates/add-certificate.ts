import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import type { CaCertificate } from '../../domain/certificate/ca-certificate.ts'
import { judgeUpload } from '../../pki/upload.ts'
import {
  countCaCertificates,
  findCaCertificateByDigest,
  insertCaCertificate,
} from '../../store/ca-certificates.ts'
import type { Store } from '../../store/store.ts'
import { inTransaction } from '../../store/transaction.ts'
import { spaceForCreation } from '../apps/find-space.ts'
import { appId, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { CertificateBody, certificateBody } from './certificate-body.ts'

/** Uploaded, it opens nothing: possession of its key has to be proven first, with a code fresh for this upload. */
export const addCertificate = operation({
  id: 'AddCertificate',
  method: 'POST',
  url: '/v5/iot/:project_id/certificates',
  tag: 'certificates',
  summary: 'Upload a device CA certificate',
  status: 201,
  access: 'write',
  audit: 'certificate.upload',
  params: ProjectParams,
  body: Type.Object({
    content: Type.String({ description: 'PEM text of one CA certificate.' }),
    app_id: Type.Optional(appId()),
  }),
  reply: CertificateBody,
  async run({ store, clock, ids, limits, bus }, { body, caller: { projectId } }) {
    const judgement = judgeUpload(body.content, clock.now())
    if (judgement.kind === 'refused') throw judgement.refusal
    const { facts, der, pem } = judgement
    const reply = await inTransaction(store, async (tx) => {
      const space = await spaceForCreation(tx, projectId, body.app_id)
      const certificate: CaCertificate = {
        key: ids.rowKey(),
        projectId,
        spaceId: space.spaceId,
        pem,
        der,
        sha256: facts.sha256,
        subject: facts.subject,
        commonName: facts.commonNames.at(-1) ?? '',
        owner: facts.organization,
        verified: false,
        verifyCode: ids.randomHex(16),
        provisionEnable: false,
        ocspEnable: false,
        ocspSslEnable: false,
        createdAt: clock.now(),
        effectiveAt: facts.notBefore,
        expiresAt: facts.notAfter,
      }
      await refuseRepeated(tx, certificate)
      if ((await countCaCertificates(tx, projectId)) >= limits.caCertificatesMax) {
        throw new Refusal('certificate-quota', { limit: limits.caCertificatesMax })
      }
      await insertCaCertificate(tx, certificate)
      return certificateBody(certificate)
    })
    // Not trusted yet, but a refusal of its devices can now name what is missing.
    await bus.publish({ kind: 'trust-changed', projectId })
    return reply
  },
})

async function refuseRepeated(store: Store, certificate: CaCertificate): Promise<void> {
  const known = await findCaCertificateByDigest(store, certificate)
  if (known) throw new Refusal('certificate-exists', { certificateId: known.key })
}
