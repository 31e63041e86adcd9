import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'
import { faultAt, fieldBelow } from './model-fault.ts'
import type { Event, Service } from './model.ts'
import { ParameterList } from './parameter-list.tsx'
import { parameterDrafts, parametersAreGood, parametersOf } from './parameters.ts'
import { itemFault, itemPlace, withItem } from './service-items.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'

interface EventDialogProps extends ModelTarget {
  readonly service: Service
  /** Absent: a new one. */
  readonly item?: Event | undefined
  readonly onClose: () => void
}

/** *Add Event*: what a device tells by itself, and the values it sends with it. */
export function EventDialog({ service, item, onClose, ...target }: EventDialogProps) {
  const { t } = useTranslation()
  const [type, setType] = useState(item?.event_type ?? '')
  const [paras, setParas] = useState(() => parameterDrafts(item?.paras ?? []))
  const [tried, setTried] = useState(false)
  const { save, busy, error } = useSaveModel(target, target.product.service_capabilities)

  const place = itemPlace(target.product, service, 'events', item?.event_type)
  const typeFault = itemFault(service, 'events', type, item?.event_type)

  const submit = (): void => {
    setTried(true)
    if (typeFault || !parametersAreGood(paras)) return
    const next: Event = { event_type: type.trim(), paras: parametersOf(paras) }
    save(withItem('events', service.service_id, item?.event_type, next), onClose)
  }

  return (
    <FormDialog
      title={t(item ? 'model.editEvent' : 'model.addEvent')}
      text={t('model.eventText', { service: service.service_id })}
      submitText={t('common.ok')}
      width={560}
      busy={busy}
      error={fieldBelow(error, place) === undefined ? error : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        spellCheck={false}
        label={t('model.eventType')}
        error={
          (tried && typeFault ? t(`model.faults.${typeFault}`) : undefined) ??
          faultAt(error, place, 'event_type')
        }
        maxLength={32}
        autoFocus
        value={type}
        onChange={setType}
      />
      <ParameterList
        label={t('model.parameters')}
        drafts={paras}
        onChange={setParas}
        tried={tried}
        error={error}
        place={`${place}.paras`}
      />
    </FormDialog>
  )
}
