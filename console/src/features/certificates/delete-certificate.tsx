import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { certificatesKey } from './certificates.ts'
import { deleteCertificate, type OwnCertificate } from './own-certificates.ts'

interface DeleteCertificateProps {
  readonly projectId: string
  readonly certificate: OwnCertificate
  readonly onDeleted?: () => void
  readonly onClose: () => void
}

/** Deletes a CA certificate by its name, and says which devices that cuts off. Mount it to open it. */
export function DeleteCertificate({ projectId, certificate, onDeleted, onClose }: DeleteCertificateProps) {
  const { t } = useTranslation()
  const { cn_name: name, device_count: count } = certificate
  return (
    <DeleteByName
      title={t('caCertificates.delete')}
      text={count > 0 ? t('caCertificates.deleteText', { count }) : t('caCertificates.deleteUnused')}
      name={name}
      doneText={t('caCertificates.deleted', { name })}
      remove={() => deleteCertificate(projectId, certificate.certificate_id)}
      stale={{ queryKey: certificatesKey(projectId) }}
      onDeleted={onDeleted}
      onClose={onClose}
    />
  )
}
