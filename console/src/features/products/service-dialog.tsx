import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'
import { fieldBelow, faultAt } from './model-fault.ts'
import { put, type Service } from './model.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'
import { DescriptionField } from './value-rule-fields.tsx'

interface ServiceDialogProps extends ModelTarget {
  /** Absent: a new one. */
  readonly service?: Service | undefined
  readonly onSaved: (serviceId: string) => void
  readonly onClose: () => void
}

const nameOf = ({ service_id: id }: Service): string => id

/** *Add Service* (guide S28–S31), and the same for one that is there. */
export function ServiceDialog({ service, onSaved, onClose, ...target }: ServiceDialogProps) {
  const { t } = useTranslation()
  const model = target.product.service_capabilities
  const [id, setId] = useState(service?.service_id ?? '')
  // Until it is typed in, the type follows the id, as the guide advises (S30).
  const [type, setType] = useState(
    service && service.service_type !== service.service_id ? service.service_type : undefined,
  )
  const [description, setDescription] = useState(service?.description ?? '')
  const [tried, setTried] = useState(false)
  const { save, busy, error } = useSaveModel(target, model)

  const at = service ? model.findIndex((each) => nameOf(each) === service.service_id) : model.length
  const place = `service_capabilities[${at}]`
  const isTaken = id.trim() !== service?.service_id && model.some((each) => nameOf(each) === id.trim())
  const fault = id.trim() === '' ? t('model.needServiceId') : isTaken ? t('model.faults.taken') : undefined

  const submit = (): void => {
    setTried(true)
    if (fault !== undefined) return
    const next: Service = {
      ...(service ?? { properties: [], commands: [], events: [], option: 'Optional' }),
      service_id: id.trim(),
      service_type: (type ?? id).trim() || id.trim(),
      description: description.trim() || undefined,
    }
    save(
      (now) => put(now, nameOf, service?.service_id, next),
      () => onSaved(next.service_id),
    )
  }

  return (
    <FormDialog
      title={t(service ? 'model.editService' : 'model.addService')}
      text={t('model.serviceText')}
      submitText={t('common.ok')}
      busy={busy}
      error={fieldBelow(error, place) === undefined ? error : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        spellCheck={false}
        label={t('model.serviceId')}
        help={t('model.serviceIdHelp')}
        error={(tried ? fault : undefined) ?? faultAt(error, place, 'service_id')}
        maxLength={64}
        autoFocus
        value={id}
        onChange={setId}
      />
      <TextField
        spellCheck={false}
        label={t('model.serviceType')}
        help={t('model.serviceTypeHelp')}
        error={faultAt(error, place, 'service_type')}
        maxLength={64}
        value={type ?? id}
        onChange={setType}
      />
      <DescriptionField
        value={description}
        onChange={setDescription}
        error={faultAt(error, place, 'description')}
      />
    </FormDialog>
  )
}
