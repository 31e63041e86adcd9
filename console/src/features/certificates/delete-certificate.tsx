import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { notify } from '../../components/notices.tsx'
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
  const client = useQueryClient()
  const { cn_name: name, device_count: count } = certificate
  const remove = useMutation({
    mutationFn: () => deleteCertificate(projectId, certificate.certificate_id),
    async onSuccess() {
      onClose()
      onDeleted?.()
      notify(t('caCertificates.deleted', { name }))
      await client.invalidateQueries({ queryKey: certificatesKey(projectId) })
    },
  })
  return (
    <ConfirmByName
      title={t('caCertificates.delete')}
      text={count > 0 ? t('caCertificates.deleteText', { count }) : t('caCertificates.deleteUnused')}
      name={name}
      actText={t('common.delete')}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={remove.mutate}
      onClose={onClose}
    />
  )
}
