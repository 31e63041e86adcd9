import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Input, Radio, Select } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { TextField } from '../../components/text-field.tsx'
import { GroupSecret } from './group-secret.tsx'
import { createGroup, type Group, type GroupDraft, groupsKey, type MadeGroup, saveGroup } from './groups.ts'
import type { ProductChooserProps } from './template-form.tsx'
import { parseObject, textOf } from './template-text.ts'
import type { BoundCa } from './templates.ts'

interface GroupFormProps {
  readonly projectId: string
  /** Absent: a new one. */
  readonly group?: Group
  readonly spaces: readonly { readonly app_id: string; readonly app_name: string }[]
  /** The resource space that is looked at. */
  readonly space: string | undefined
  readonly cas: readonly BoundCa[]
  readonly chooseProduct: (props: ProductChooserProps, spaceId: string | undefined) => ReactNode
  readonly onClose: () => void
}

/** Makes a group and shows its secret once, or changes one. Mount it to open it. */
export function GroupForm(props: GroupFormProps) {
  const { projectId, group, spaces, space: initial, cas, chooseProduct, onClose } = props
  const { t } = useTranslation()
  const client = useQueryClient()
  useReturnFocus()
  const [name, setName] = useState(group?.name ?? '')
  const [scopeId, setScopeId] = useState('')
  const [method, setMethod] = useState<Group['method']>(group?.method ?? 'SECRET')
  const [certificateId, setCertificateId] = useState<string>()
  const [spaceId, setSpaceId] = useState(group?.app_id ?? initial)
  const [productId, setProductId] = useState(group?.product_id)
  const [address, setAddress] = useState(group?.access_address ?? '')
  const [config, setConfig] = useState(group?.init_config ? textOf(group.init_config) : '')
  const [tried, setTried] = useState(false)
  const save = useMutation({
    mutationFn: (draft: GroupDraft): Promise<MadeGroup> =>
      group ? saveGroup(projectId, group.scope_id, draft) : createGroup(projectId, draft),
    async onSuccess(made) {
      await client.invalidateQueries({ queryKey: groupsKey(projectId) })
      if (made.secret !== undefined) return
      onClose()
      notify(t(group ? 'groups.saved' : 'groups.created', { name: made.name }))
    },
    // The secret is kept no longer than the dialog shows it.
    gcTime: 0,
  })
  if (save.data?.secret !== undefined)
    return <GroupSecret scopeId={save.data.scope_id} secret={save.data.secret} onClose={onClose} />

  const isByCa = method === 'CERTIFICATES'
  const initConfig = config.trim() === '' ? undefined : parseObject(config)
  const own = {
    name: name.trim() === '' ? t('groups.needName') : undefined,
    ca: !group && isByCa && certificateId === undefined ? t('groups.needCa') : undefined,
    config: config.trim() !== '' && !initConfig ? t('groups.needObject') : undefined,
  }
  const isWhole = Object.values(own).every((fault) => fault === undefined)
  const faultOf = (field: string, ours?: string) =>
    sentenceFor(save.error, field) ?? (tried ? ours : undefined)
  const faults = {
    name: faultOf('name', own.name),
    scope: faultOf('scope_id'),
    ca: faultOf('certificate_id', own.ca),
    product: faultOf('product_id'),
    address: faultOf('access_address'),
    config: faultOf('init_config', own.config),
  }
  const isTold = Object.values(faults).some((fault) => fault !== undefined)
  return (
    <FormDialog
      title={t(group ? 'groups.edit' : 'groups.create')}
      text={t(group ? 'groups.editText' : 'groups.createText')}
      submitText={t('common.save')}
      width={600}
      busy={save.isPending}
      error={isTold ? null : save.error}
      onSubmit={() => {
        setTried(true)
        if (isWhole)
          save.mutate({
            name: name.trim(),
            method,
            scopeId: scopeId.trim(),
            spaceId,
            certificateId,
            productId,
            address: address.trim(),
            initConfig,
          })
      }}
      onClose={onClose}
    >
      <TextField
        label={t('common.name')}
        error={faults.name}
        autoFocus
        maxLength={128}
        value={name}
        onChange={setName}
      />
      {!group && (
        <>
          <Radio.Group
            aria-label={t('groups.method')}
            value={method}
            onChange={({ target }) => setMethod(target.value as Group['method'])}
            options={[
              { value: 'SECRET', label: t('groups.bySecret') },
              { value: 'CERTIFICATES', label: t('groups.byCa') },
            ]}
          />
          {isByCa && (
            <Field
              label={t('groups.ca')}
              help={t(cas.length === 0 ? 'groups.noCa' : 'groups.caHelp')}
              error={faults.ca}
            >
              {(control) => (
                <Select
                  {...control}
                  placeholder={t('groups.chooseCa')}
                  value={certificateId}
                  onChange={(next: string) => setCertificateId(next)}
                  options={cas.map(({ certificate_id: value, cn_name: cn }) => ({
                    value,
                    label: cn || value,
                  }))}
                />
              )}
            </Field>
          )}
          <TextField
            label={t('groups.scope')}
            help={t('groups.scopeHelp')}
            error={faults.scope}
            code
            maxLength={64}
            placeholder={t('common.optional')}
            value={scopeId}
            onChange={(next) => {
              save.reset()
              setScopeId(next)
            }}
          />
          <Field label={t('groups.space')} help={t('groups.spaceHelp')}>
            {(control) => (
              <Select
                {...control}
                allowClear
                placeholder={t('common.optional')}
                value={spaceId}
                onChange={(next: string | undefined) => {
                  setSpaceId(next)
                  setProductId(undefined)
                }}
                options={spaces.map(({ app_id: value, app_name: label }) => ({ value, label }))}
              />
            )}
          </Field>
        </>
      )}
      <Field label={t('groups.product')} help={t('groups.productHelp')} error={faults.product}>
        {(control) =>
          chooseProduct({ control, value: productId, onChange: setProductId, disabled: false }, spaceId)
        }
      </Field>
      <TextField
        label={t('groups.address')}
        help={t('groups.addressHelp')}
        error={faults.address}
        code
        maxLength={260}
        placeholder="iot.example.com:8883"
        value={address}
        onChange={(next) => {
          save.reset()
          setAddress(next)
        }}
      />
      <Field label={t('groups.config')} help={t('groups.configHelp')} error={faults.config}>
        {({ status, ...control }) => (
          <Input.TextArea
            {...control}
            status={status}
            className="code"
            autoComplete="off"
            spellCheck={false}
            rows={3}
            placeholder={'{ "interval": 60 }'}
            value={config}
            onChange={({ target }) => setConfig(target.value)}
          />
        )}
      </Field>
    </FormDialog>
  )
}
