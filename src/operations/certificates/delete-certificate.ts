import { deleteCaCertificate } from '../../store/ca-certificates.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import { CertificateParams } from './certificate-body.ts'
import { requireCertificate } from './find-certificate.ts'

/** Devices whose chain rests on it are refused from now on, and their connections cut (safety X2, X9). */
export const deleteCertificate = operation({
  id: 'DeleteCertificate',
  method: 'DELETE',
  url: '/v5/iot/:project_id/certificates/:certificate_id',
  tag: 'certificates',
  summary: 'Delete a device CA certificate',
  status: 204,
  access: 'write',
  audit: 'certificate.delete',
  params: CertificateParams,
  async run({ store, bus }, { params, caller: { projectId } }) {
    const removed = await inTransaction(store, async (tx) => {
      const { key } = await requireCertificate(tx, projectId, params.certificate_id)
      await deleteCaCertificate(tx, projectId, key)
      return key
    })
    await bus.publish({ kind: 'trust-changed', projectId, removed })
  },
})
