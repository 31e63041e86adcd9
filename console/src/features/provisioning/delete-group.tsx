import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { deleteGroup, type Group, groupsKey } from './groups.ts'

interface DeleteGroupProps {
  readonly projectId: string
  readonly group: Group
  readonly onClose: () => void
}

/** Deletes a group by its name. Mount it to open it. */
export function DeleteGroup({ projectId, group, onClose }: DeleteGroupProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { name, scope_id: scopeId } = group
  const remove = useMutation({
    mutationFn: () => deleteGroup(projectId, scopeId),
    async onSuccess() {
      onClose()
      notify(t('groups.deleted', { name }))
      await client.invalidateQueries({ queryKey: groupsKey(projectId) })
    },
  })
  return (
    <ConfirmByName
      title={t('groups.delete')}
      text={t('groups.deleteText')}
      name={name}
      actText={t('common.delete')}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={remove.mutate}
      onClose={onClose}
    />
  )
}
