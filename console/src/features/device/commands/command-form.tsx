import { Button, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../../components/field.tsx'
import { TextField } from '../../../components/text-field.tsx'
import type { ProductModel } from '../device.ts'
import type { CommandBody } from './downlinks.ts'
import { focusFault } from './focus-fault.ts'
import { JsonField, ValueFields } from './value-fields.tsx'
import { type Draft, newDraft, parseObject, readDraft, type ValueRule } from './values.ts'

export type ModelService = ProductModel['service_capabilities'][number]
type ModelCommand = NonNullable<ModelService['commands']>[number]

interface CommandFormProps {
  readonly services: readonly ModelService[]
  /** Beside the command, e.g. how long it waits. */
  readonly extra?: ReactNode
  readonly submitText: string
  readonly busy: boolean
  readonly onSubmit: (command: CommandBody) => void
}

/** Of the list of services: a command that names none, which the platform passes on in whatever form it has. */
const FREE = ''

const rulesOf = ({ paras }: ModelCommand): readonly ValueRule[] =>
  (paras ?? []).map(({ para_name: name, ...rule }) => ({ name, ...rule }))

/** Service, command, parameters: by the product model; or a command of any form where it has none. */
export function CommandForm({ services, extra, submitText, busy, onSubmit }: CommandFormProps) {
  const { t } = useTranslation()
  const commanded = services.filter(({ commands }) => (commands ?? []).length > 0)
  const [serviceId, setServiceId] = useState(commanded[0]?.service_id ?? FREE)
  const [commandName, setCommandName] = useState<string>()
  const [draft, setDraft] = useState<Draft>(newDraft)
  const [freeName, setFreeName] = useState('')
  const [freeJson, setFreeJson] = useState('{}')
  const [tried, setTried] = useState(false)

  const service = commanded.find(({ service_id: id }) => id === serviceId)
  const commands = service?.commands ?? []
  const command = commands.find(({ command_name: name }) => name === commandName) ?? commands[0]
  const rules = command ? rulesOf(command) : []
  const paras = command ? readDraft(rules, draft) : freeJson.trim() === '' ? {} : parseObject(freeJson)
  const startAgain = (): void => {
    setDraft(newDraft)
    setTried(false)
  }

  return (
    <form
      className="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault()
        setTried(true)
        focusFault(event.currentTarget)
        if (busy || !paras) return
        const name = command?.command_name ?? freeName.trim()
        onSubmit({
          ...(service && { service_id: service.service_id }),
          ...(name !== '' && { command_name: name }),
          paras,
        })
      }}
    >
      <Field label={t('downlinks.service')} {...(!service && { help: t('downlinks.freeHelp') })}>
        {(control) => (
          <Select
            {...control}
            value={service?.service_id ?? FREE}
            options={[
              ...commanded.map(({ service_id: id }) => ({ value: id, label: id })),
              { value: FREE, label: t('downlinks.free') },
            ]}
            onChange={(id) => {
              setServiceId(id)
              setCommandName(undefined)
              startAgain()
            }}
          />
        )}
      </Field>
      {command ? (
        <>
          <Field label={t('downlinks.command')}>
            {(control) => (
              <Select
                {...control}
                value={command.command_name}
                options={commands.map(({ command_name: name }) => ({ value: name, label: name }))}
                onChange={(name) => {
                  setCommandName(name)
                  startAgain()
                }}
              />
            )}
          </Field>
          <ValueFields
            key={`${serviceId} ${command.command_name}`}
            label={t('downlinks.parameters')}
            rules={rules}
            draft={draft}
            onChange={setDraft}
            tried={tried}
          />
        </>
      ) : (
        <>
          <TextField
            label={t('downlinks.command')}
            help={t('common.optional')}
            code
            maxLength={128}
            value={freeName}
            onChange={setFreeName}
          />
          <JsonField label={t('downlinks.parameters')} json={freeJson} onChange={setFreeJson} />
        </>
      )}
      {extra}
      <div>
        <Button type="primary" htmlType="submit" loading={busy}>
          {submitText}
        </Button>
      </div>
    </form>
  )
}
