import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { CommandDialog } from './command-dialog.tsx'
import { EventDialog } from './event-dialog.tsx'
import { ImportDialog } from './import-dialog.tsx'
import { type ListName, type Service, withService } from './model.ts'
import { PresetDialog } from './preset-dialog.tsx'
import { PropertyDialog } from './property-dialog.tsx'
import { ServiceDialog } from './service-dialog.tsx'
import { type ItemOf, nameOf } from './service-items.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'

/** What is being done to the model. */
export type ModelAct =
  | { readonly kind: 'service'; readonly service?: Service }
  | { readonly kind: 'delete-service'; readonly service: Service }
  | {
      readonly kind: 'item'
      readonly service: Service
      readonly list: ListName
      readonly name?: string | undefined
    }
  | {
      readonly kind: 'delete-item'
      readonly service: Service
      readonly list: ListName
      readonly name: string
    }
  | { readonly kind: 'import' }
  | { readonly kind: 'preset' }

interface ModelDialogProps extends ModelTarget {
  readonly act: ModelAct
  readonly onChoose: (serviceId: string) => void
  readonly onClose: () => void
}

/** The dialog of one act; it closes when the platform has done it. */
export function ModelDialog({ act, onChoose, onClose, ...target }: ModelDialogProps) {
  switch (act.kind) {
    case 'service':
      return (
        <ServiceDialog
          {...target}
          service={act.service}
          onSaved={(id) => {
            onClose()
            onChoose(id)
          }}
          onClose={onClose}
        />
      )
    case 'item':
      return (
        <ItemDialog {...target} service={act.service} list={act.list} name={act.name} onClose={onClose} />
      )
    case 'delete-service':
      return <DeletePart {...target} service={act.service} onClose={onClose} />
    case 'delete-item':
      return (
        <DeletePart {...target} service={act.service} list={act.list} name={act.name} onClose={onClose} />
      )
    case 'import':
      return <ImportDialog {...target} onClose={onClose} />
    case 'preset':
      return <PresetDialog {...target} onClose={onClose} />
  }
}

interface ItemDialogProps extends ModelTarget {
  readonly service: Service
  readonly list: ListName
  readonly name: string | undefined
  readonly onClose: () => void
}

function ItemDialog({ list, name, ...props }: ItemDialogProps) {
  const item = <L extends ListName>(of: L) =>
    (props.service[of] as readonly ItemOf[L][]).find((each) => nameOf(of, each) === name)
  switch (list) {
    case 'properties':
      return <PropertyDialog {...props} item={item('properties')} />
    case 'commands':
      return <CommandDialog {...props} item={item('commands')} />
    case 'events':
      return <EventDialog {...props} item={item('events')} />
  }
}

interface DeletePartProps extends ModelTarget {
  readonly service: Service
  /** Absent, like `name`: the service itself. */
  readonly list?: ListName
  readonly name?: string
  readonly onClose: () => void
}

function DeletePart({ service, list, name, onClose, ...target }: DeletePartProps) {
  const { t } = useTranslation()
  const { save, busy, error } = useSaveModel(target, target.product.service_capabilities)
  const { service_id: serviceId } = service
  const remove = (): void =>
    save(
      (model) =>
        list
          ? withService(model, serviceId, (each) => ({
              ...each,
              [list]: (each[list] as readonly ItemOf[ListName][]).filter(
                (item) => nameOf(list, item as never) !== name,
              ),
            }))
          : model.filter((each) => each.service_id !== serviceId),
      onClose,
    )
  return (
    <ConfirmByName
      title={t(list ? `model.remove.${list}` : 'model.removeService')}
      text={t(list ? 'model.removeText' : 'model.removeServiceText')}
      name={name ?? serviceId}
      actText={t('common.delete')}
      busy={busy}
      error={error}
      onConfirm={remove}
      onClose={onClose}
    />
  )
}
