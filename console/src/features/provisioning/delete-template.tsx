import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { deleteTemplate, templatesKey, type TemplateSummary } from './templates.ts'

interface DeleteTemplateProps {
  readonly projectId: string
  readonly template: TemplateSummary
  readonly onClose: () => void
}

/** Deletes a template by its name. Mount it to open it. */
export function DeleteTemplate({ projectId, template, onClose }: DeleteTemplateProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { template_name: name, template_id: id } = template
  const remove = useMutation({
    mutationFn: () => deleteTemplate(projectId, id),
    async onSuccess() {
      onClose()
      notify(t('provisioning.deleted', { name }))
      await client.invalidateQueries({ queryKey: templatesKey(projectId) })
    },
  })
  return (
    <ConfirmByName
      title={t('provisioning.delete')}
      text={t('provisioning.deleteText')}
      name={name}
      actText={t('common.delete')}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={remove.mutate}
      onClose={onClose}
    />
  )
}
