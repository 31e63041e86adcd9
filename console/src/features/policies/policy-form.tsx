import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Radio, Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { TextField } from '../../components/text-field.tsx'
import {
  type Action,
  actions,
  createPolicy,
  isPublish,
  policiesKey,
  type Policy,
  RESOURCES_MAX,
  savePolicy,
  type Statement,
  STATEMENTS_MAX,
} from './policies.ts'
import './policies.css'

interface PolicyFormProps {
  readonly projectId: string
  /** Absent: a new one. */
  readonly policy?: Policy
  readonly spaces: readonly { readonly app_id: string; readonly app_name: string }[]
  /** The resource space that is looked at. */
  readonly space: string | undefined
  readonly onClose: () => void
}

/** A statement as it is typed: its resources a line each. */
interface StatementDraft {
  readonly effect: Statement['effect']
  readonly actions: readonly Action[]
  readonly resources: string
}

const fresh: StatementDraft = { effect: 'ALLOW', actions, resources: 'topic:/v1/${devices.deviceId}/*' }

/** Makes a policy, or changes one. Mount it to open it. */
export function PolicyForm({ projectId, policy, spaces, space: initial, onClose }: PolicyFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState(policy?.policy_name ?? '')
  const [space, setSpace] = useState(initial)
  const [statements, setStatements] = useState<readonly StatementDraft[]>(
    policy?.statement.map((one) => ({ ...one, resources: one.resources.join('\n') })) ?? [fresh],
  )
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: async () => {
      const draft = { policy_name: name.trim(), statement: statements.map(toStatement) }
      await (policy ? savePolicy(projectId, policy.policy_id, draft) : createPolicy(projectId, draft, space))
    },
    async onSuccess() {
      await client.invalidateQueries({ queryKey: policiesKey(projectId) })
      onClose()
      notify(t(policy ? 'policies.saved' : 'policies.created', { name: name.trim() }))
    },
  })
  const change = (index: number, part: Partial<StatementDraft>): void => {
    save.reset()
    setStatements(statements.map((one, at) => (at === index ? { ...one, ...part } : one)))
  }
  const isWhole = name.trim() !== '' && statements.every(isComplete)
  const nameFault = sentenceFor(save.error, 'policy_name')
  return (
    <FormDialog
      title={t(policy ? 'policies.edit' : 'policies.create')}
      text={t(policy ? 'policies.editText' : 'policies.createText')}
      submitText={t('common.save')}
      width={640}
      busy={save.isPending}
      error={isAboutField(save.error) ? null : save.error}
      onSubmit={() => {
        setTried(true)
        if (isWhole) save.mutate()
      }}
      onClose={onClose}
    >
      <TextField
        label={t('common.name')}
        help={t('policies.nameHelp')}
        error={nameFault ?? (tried && name.trim() === '' ? t('policies.needName') : undefined)}
        autoFocus
        maxLength={128}
        value={name}
        onChange={setName}
      />
      {!policy && (
        <Field label={t('policies.space')} help={t('policies.spaceHelp')}>
          {({ id, status, 'aria-describedby': describedBy }) => (
            <Select
              id={id}
              status={status}
              aria-describedby={describedBy}
              allowClear
              placeholder={t('common.optional')}
              value={space}
              onChange={(next: string | undefined) => setSpace(next)}
              options={spaces.map(({ app_id: value, app_name: label }) => ({ value, label }))}
            />
          )}
        </Field>
      )}
      {statements.map((statement, index) => (
        <StatementFields
          key={index}
          number={index + 1}
          statement={statement}
          tried={tried}
          fault={faultOf(save.error, index)}
          onChange={(part) => change(index, part)}
          {...(statements.length > 1 && {
            onRemove: () => setStatements(statements.filter((_, at) => at !== index)),
          })}
        />
      ))}
      <div>
        <Button
          disabled={statements.length >= STATEMENTS_MAX}
          onClick={() => setStatements([...statements, { ...fresh, resources: '' }])}
        >
          {t('policies.addStatement')}
        </Button>
      </div>
    </FormDialog>
  )
}

interface StatementFieldsProps {
  /** Counted from 1, as refusals do. */
  readonly number: number
  readonly statement: StatementDraft
  readonly tried: boolean
  /** The platform's sentence about it. */
  readonly fault: string | undefined
  readonly onChange: (part: Partial<StatementDraft>) => void
  readonly onRemove?: () => void
}

function StatementFields({ number, statement, tried, fault, onChange, onRemove }: StatementFieldsProps) {
  const { t } = useTranslation()
  const { effect, resources } = statement
  const lines = linesOf(resources)
  const own =
    lines.length === 0
      ? t('policies.needResource')
      : lines.length > RESOURCES_MAX
        ? t('policies.tooManyResources', { max: RESOURCES_MAX })
        : undefined
  return (
    <fieldset className="policy-statement">
      <legend>{t('policies.statement', { number })}</legend>
      <div className="wrapping">
        <Radio.Group
          aria-label={t('policies.effect')}
          value={effect}
          onChange={({ target }) => onChange({ effect: target.value as Statement['effect'] })}
          options={[
            { value: 'ALLOW', label: t('policies.allow') },
            { value: 'DENY', label: t('policies.deny') },
          ]}
        />
        {actions.map((action) => (
          <Checkbox
            key={action}
            checked={statement.actions.includes(action)}
            onChange={({ target }) =>
              onChange({
                actions: actions.filter((one) =>
                  one === action ? target.checked : statement.actions.includes(one),
                ),
              })
            }
          >
            {t(isPublish(action) ? 'policies.publish' : 'policies.subscribe')}
          </Checkbox>
        ))}
        {onRemove && (
          <Button size="small" aria-label={t('policies.removeNumbered', { number })} onClick={onRemove}>
            {t('policies.remove')}
          </Button>
        )}
      </div>
      {tried && statement.actions.length === 0 && (
        <p className="field-error" role="alert">
          {t('policies.needAction')}
        </p>
      )}
      <Field
        label={t('policies.resources')}
        help={t('policies.resourcesHelp')}
        error={fault ?? (tried ? own : undefined)}
      >
        {({ status, ...control }) => (
          <Input.TextArea
            {...control}
            status={status}
            className="code"
            autoComplete="off"
            spellCheck={false}
            rows={4}
            value={resources}
            onChange={({ target }) => onChange({ resources: target.value })}
          />
        )}
      </Field>
    </fieldset>
  )
}

const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '')

const toStatement = ({ effect, actions: chosen, resources }: StatementDraft): Statement => ({
  effect,
  actions: [...chosen],
  resources: linesOf(resources),
})

const isComplete = ({ actions: chosen, resources }: StatementDraft): boolean => {
  const { length } = linesOf(resources)
  return chosen.length > 0 && length > 0 && length <= RESOURCES_MAX
}

/** `statement[1].resources[0]` is about the second statement. */
const faultOf = (error: Error | null, index: number): string | undefined =>
  error instanceof ApiError && error.field?.startsWith(`statement[${index}]`) ? error.message : undefined

const isAboutField = (error: Error | null): boolean =>
  error instanceof ApiError && /^(policy_name$|statement\[)/.test(error.field ?? '')
