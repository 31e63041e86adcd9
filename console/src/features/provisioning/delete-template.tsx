import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { deleteTemplate, templatesKey, type TemplateSummary } from './templates.ts'

interface DeleteTemplateProps {
  readonly projectId: string
  readonly template: TemplateSummary
  readonly onClose: () => void
}

/** Deletes a template by its name. Mount it to open it. */
export function DeleteTemplate({ projectId, template, onClose }: DeleteTemplateProps) {
  const { t } = useTranslation()
  const { template_name: name, template_id: id } = template
  return (
    <DeleteByName
      title={t('provisioning.delete')}
      text={t('provisioning.deleteText')}
      name={name}
      doneText={t('provisioning.deleted', { name })}
      remove={() => deleteTemplate(projectId, id)}
      stale={{ queryKey: templatesKey(projectId) }}
      onClose={onClose}
    />
  )
}
