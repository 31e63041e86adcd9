import { PlusOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { TextField } from '../../components/text-field.tsx'
import { faultAt, fieldBelow } from './model-fault.ts'
import type { Command, Service } from './model.ts'
import { ParameterList } from './parameter-list.tsx'
import {
  nameFaultAt,
  newKey,
  parameterDrafts,
  parametersAreGood,
  parametersOf,
  responseDrafts,
  responsesAreGood,
  responsesOf,
} from './parameters.ts'
import { itemFault, itemPlace, withItem } from './service-items.ts'
import { type ModelTarget, useSaveModel } from './use-save-model.ts'

interface CommandDialogProps extends ModelTarget {
  readonly service: Service
  /** Absent: a new one. */
  readonly item?: Command | undefined
  readonly onClose: () => void
}

/** *Add Command*: what an application sends with it, and what the device answers. */
export function CommandDialog({ service, item, onClose, ...target }: CommandDialogProps) {
  const { t } = useTranslation()
  const [name, setName] = useState(item?.command_name ?? '')
  const [paras, setParas] = useState(() => parameterDrafts(item?.paras ?? []))
  const [responses, setResponses] = useState(() => responseDrafts(item?.responses ?? []))
  const [tried, setTried] = useState(false)
  const { save, busy, error } = useSaveModel(target, target.product.service_capabilities)

  const place = itemPlace(target.product, service, 'commands', item?.command_name)
  const nameFault = itemFault(service, 'commands', name, item?.command_name)

  const submit = (): void => {
    setTried(true)
    if (nameFault || !parametersAreGood(paras) || !responsesAreGood(responses)) return
    const next: Command = {
      command_name: name.trim(),
      paras: parametersOf(paras),
      responses: responsesOf(responses),
    }
    save(withItem('commands', service.service_id, item?.command_name, next), onClose)
  }

  return (
    <FormDialog
      title={t(item ? 'model.editCommand' : 'model.addCommand')}
      text={t('model.commandText', { service: service.service_id })}
      submitText={t('common.ok')}
      width={560}
      busy={busy}
      error={fieldBelow(error, place) === undefined ? error : null}
      onSubmit={submit}
      onClose={onClose}
    >
      <TextField
        spellCheck={false}
        label={t('model.commandName')}
        error={
          (tried && nameFault ? t(`model.faults.${nameFault}`) : undefined) ??
          faultAt(error, place, 'command_name')
        }
        maxLength={64}
        autoFocus
        value={name}
        onChange={setName}
      />
      <ParameterList
        label={t('model.parameters')}
        drafts={paras}
        onChange={setParas}
        tried={tried}
        error={error}
        place={`${place}.paras`}
      />
      {responses.map((response, at) => {
        const fault = tried ? nameFaultAt(responses, at) : undefined
        return (
          <section key={response.key} className="response" aria-label={t('model.response')}>
            <TextField
              spellCheck={false}
              label={t('model.responseName')}
              error={
                fault
                  ? t(`model.faults.${fault}`)
                  : faultAt(error, `${place}.responses[${at}]`, 'response_name')
              }
              maxLength={128}
              value={response.name}
              onChange={(next) => setResponses(responses.with(at, { ...response, name: next }))}
            />
            <ParameterList
              label={t('model.responseParameters')}
              drafts={response.paras}
              onChange={(next) => setResponses(responses.with(at, { ...response, paras: next }))}
              tried={tried}
              error={error}
              place={`${place}.responses[${at}].paras`}
            />
            <Button
              size="small"
              danger
              className="start"
              onClick={() => setResponses(responses.toSpliced(at, 1))}
            >
              {t('model.removeResponse')}
            </Button>
          </section>
        )
      })}
      <Button
        icon={<PlusOutlined />}
        className="start"
        onClick={() =>
          setResponses([
            ...responses,
            { key: newKey(), name: responses.length === 0 ? 'cmdResponses' : '', paras: [] },
          ])
        }
      >
        {t('model.addResponse')}
      </Button>
    </FormDialog>
  )
}
