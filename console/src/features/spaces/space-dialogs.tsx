import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { NameDialog } from './name-dialog.tsx'
import { createSpace, deleteSpace, renameSpace, type Space, spacesKey } from './spaces.ts'

/** What is being done to which resource space. */
export type SpaceAct =
  | { readonly kind: 'create' }
  | { readonly kind: 'rename'; readonly space: Space }
  | { readonly kind: 'delete'; readonly space: Space }

interface SpaceDialogProps {
  readonly projectId: string
  readonly act: SpaceAct
  readonly onClose: () => void
}

/** The dialog of one act; it closes when the platform has done it. */
export function SpaceDialog({ projectId, act, onClose }: SpaceDialogProps) {
  switch (act.kind) {
    case 'create':
      return <CreateSpace projectId={projectId} onClose={onClose} />
    case 'rename':
      return <RenameSpace projectId={projectId} space={act.space} onClose={onClose} />
    case 'delete':
      return <DeleteSpace projectId={projectId} space={act.space} onClose={onClose} />
  }
}

/** Closes the dialog, tells what was done, and has the list read again. */
function useDone(projectId: string, onClose: () => void): (said: string) => Promise<void> {
  const client = useQueryClient()
  return async (said) => {
    await client.invalidateQueries({ queryKey: spacesKey(projectId) })
    onClose()
    notify(said)
  }
}

type Of<K extends SpaceAct['kind']> = Omit<SpaceDialogProps, 'act'> &
  Omit<Extract<SpaceAct, { kind: K }>, 'kind'>

function CreateSpace({ projectId, onClose }: Of<'create'>) {
  const { t } = useTranslation()
  const done = useDone(projectId, onClose)
  const create = useMutation({
    mutationFn: (name: string) => createSpace(projectId, name),
    onSuccess: (_space, name) => done(t('spaces.created', { name })),
  })
  return (
    <NameDialog
      title={t('spaces.create')}
      text={t('spaces.createText')}
      submitText={t('common.save')}
      initial=""
      busy={create.isPending}
      error={create.error}
      onSubmit={create.mutate}
      onClose={onClose}
    />
  )
}

function RenameSpace({ projectId, space, onClose }: Of<'rename'>) {
  const { t } = useTranslation()
  const done = useDone(projectId, onClose)
  const rename = useMutation({
    mutationFn: (name: string) => renameSpace(projectId, space.app_id, name),
    onSuccess: (_space, name) => done(t('spaces.renamed', { name })),
  })
  return (
    <NameDialog
      title={t('spaces.rename')}
      text={t('spaces.renameText')}
      submitText={t('common.save')}
      initial={space.app_name}
      busy={rename.isPending}
      error={rename.error}
      onSubmit={rename.mutate}
      onClose={onClose}
    />
  )
}

function DeleteSpace({ projectId, space, onClose }: Of<'delete'>) {
  const { t } = useTranslation()
  return (
    <DeleteByName
      title={t('spaces.delete')}
      text={t('spaces.deleteText')}
      name={space.app_name}
      doneText={t('spaces.deleted', { name: space.app_name })}
      remove={() => deleteSpace(projectId, space.app_id)}
      stale={{ queryKey: spacesKey(projectId) }}
      onClose={onClose}
    />
  )
}
