import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { RowAction } from '../../components/row-action.tsx'
import { Answer } from '../../components/states.tsx'
import {
  changeBinding,
  policiesKey,
  type Policy,
  type Target,
  targetsQuery,
  type TargetType,
} from './policies.ts'
import './policies.css'

/** How the page has one device or product chosen. */
export interface ChooserProps {
  readonly id: string
  readonly spaceId: string
  readonly value: string | undefined
  readonly onChange: (id: string | undefined) => void
}

interface PolicyBindingsProps {
  readonly projectId: string
  readonly policy: Policy
  readonly choose: Readonly<Record<'device' | 'product', (props: ChooserProps) => ReactNode>>
  readonly onClose: () => void
}

/** What a policy is bound to, with more added and some taken away. Mount it to open it. */
export function PolicyBindings({ projectId, policy, choose, onClose }: PolicyBindingsProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const { policy_id: policyId, policy_name: name, app_id: spaceId, app_name: spaceName } = policy
  const [type, setType] = useState<TargetType>('device')
  const [chosen, setChosen] = useState<string>()
  const targets = useQuery(targetsQuery(projectId, policyId))
  const change = useMutation({
    mutationFn: ({ verb, target }: { readonly verb: 'bind' | 'unbind'; readonly target: Target }) =>
      changeBinding(projectId, policyId, verb, target),
    async onSuccess(_done, { verb }) {
      if (verb === 'bind') setChosen(undefined)
      await client.invalidateQueries({ queryKey: policiesKey(projectId) })
    },
  })
  const id = type === 'app' ? spaceId : chosen
  const typeName = (one: TargetType) => t(`policies.types.${one}`)
  return (
    <FormDialog
      title={t('policies.bindingsNamed', { name })}
      text={t('policies.bindingsText')}
      submitText={t('policies.bind')}
      submitDisabled={id === undefined}
      width={640}
      busy={change.isPending}
      error={change.error}
      onSubmit={() => id !== undefined && change.mutate({ verb: 'bind', target: { type, id } })}
      onClose={onClose}
    >
      <Answer of={targets}>
        {({ targets: rows, page: { count } }) =>
          rows.length === 0 ? (
            <p className="faint">{t('policies.unbound')}</p>
          ) : (
            <>
              <ul className="plain-list" aria-label={t('policies.boundTo')}>
                {rows.map((one) => (
                  <li key={`${one.target_type} ${one.target_id}`} className="policy-target">
                    <span className="break">
                      {one.target_type === 'app'
                        ? t('policies.spaceNamed', { name: spaceName })
                        : `${typeName(one.target_type)} ${one.target_id}`}
                    </span>
                    <RowAction
                      text={t('policies.unbind')}
                      label={t('policies.unbindNamed', {
                        name: one.target_type === 'app' ? spaceName : one.target_id,
                      })}
                      onClick={() =>
                        change.mutate({
                          verb: 'unbind',
                          target: { type: one.target_type, id: one.target_id },
                        })
                      }
                    />
                  </li>
                ))}
              </ul>
              {count > rows.length && (
                <p className="faint">{t('policies.moreTargets', { count: count - rows.length })}</p>
              )}
            </>
          )
        }
      </Answer>
      <Field label={t('policies.bindTo')}>
        {({ id: control }) => (
          <Select<TargetType>
            id={control}
            value={type}
            onChange={(next) => {
              setType(next)
              setChosen(undefined)
              change.reset()
            }}
            options={(['device', 'product', 'app'] as const).map((value) => ({
              value,
              label: typeName(value),
            }))}
          />
        )}
      </Field>
      {type === 'app' ? (
        <p className="soft">{t('policies.spaceBinding', { name: spaceName })}</p>
      ) : (
        <Field label={typeName(type)}>
          {({ id: control }) => choose[type]({ id: control, spaceId, value: chosen, onChange: setChosen })}
        </Field>
      )}
    </FormDialog>
  )
}
