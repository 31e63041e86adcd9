import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Input } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError, sentenceFor } from '../../api/api-error.ts'
import { type ControlProps, Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { TextField } from '../../components/text-field.tsx'
import { exampleText, hasDevice, parseBody, productOf, textOf, withProduct } from './template-text.ts'
import { createTemplate, saveTemplate, type Template, type TemplateDraft, templatesKey } from './templates.ts'

/** How the page has one product chosen. */
export interface ProductChooserProps {
  readonly control: ControlProps
  readonly value: string | undefined
  readonly onChange: (productId: string | undefined) => void
  readonly disabled: boolean
}

interface TemplateFormProps {
  readonly projectId: string
  /** Absent: a new one. */
  readonly template?: Template
  readonly chooseProduct: (props: ProductChooserProps) => ReactNode
  readonly onClose: () => void
}

/** Makes a template, or changes one. Mount it to open it. */
export function TemplateForm({ projectId, template, chooseProduct, onClose }: TemplateFormProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState(template?.template_name ?? '')
  const [description, setDescription] = useState(template?.description ?? '')
  const [text, setText] = useState(() => (template ? textOf(template.template_body) : exampleText('')))
  const [tried, setTried] = useState(false)
  const save = useMutation({
    async mutationFn(draft: TemplateDraft) {
      await (template ? saveTemplate(projectId, template, draft) : createTemplate(projectId, draft))
    },
    async onSuccess() {
      await client.invalidateQueries({ queryKey: templatesKey(projectId) })
      onClose()
      notify(t(template ? 'provisioning.saved' : 'provisioning.created', { name: name.trim() }))
    },
  })
  const body = parseBody(text)
  const needsName = tried && name.trim() === ''
  const aboutProduct = sentenceFor(save.error, `template_body.${PRODUCT}`)
  const faults = {
    name: sentenceFor(save.error, 'template_name') ?? (needsName ? t('provisioning.needName') : undefined),
    description: sentenceFor(save.error, 'description'),
    product: aboutProduct,
    body:
      (aboutProduct === undefined ? bodySentence(save.error) : undefined) ??
      (tried && !body ? t('provisioning.needJson') : undefined),
  }
  const isTold = Object.values(faults).some((fault) => fault !== undefined)
  const change = (next: string): void => {
    save.reset()
    setText(next)
  }
  return (
    <FormDialog
      title={t(template ? 'provisioning.edit' : 'provisioning.create')}
      text={t(template ? 'provisioning.editText' : 'provisioning.createText')}
      submitText={t('common.save')}
      width={720}
      busy={save.isPending}
      error={isTold ? null : save.error}
      onSubmit={() => {
        setTried(true)
        if (name.trim() !== '' && body)
          save.mutate({ name: name.trim(), description: description.trim(), body })
      }}
      onClose={onClose}
    >
      <TextField
        label={t('common.name')}
        help={t(template ? 'provisioning.nameStays' : 'provisioning.nameHelp')}
        error={faults.name}
        autoFocus={!template}
        maxLength={128}
        disabled={template !== undefined}
        value={name}
        onChange={setName}
      />
      <TextField
        label={t('provisioning.description')}
        error={faults.description}
        maxLength={2048}
        placeholder={t('common.optional')}
        value={description}
        onChange={setDescription}
      />
      <Field label={t('provisioning.product')} help={t('provisioning.productHelp')} error={faults.product}>
        {(control) =>
          chooseProduct({
            control,
            value: productOf(text),
            onChange: (id) => change(withProduct(text, id)),
            disabled: !hasDevice(text),
          })
        }
      </Field>
      <Field label={t('provisioning.body')} help={t('provisioning.bodyHelp')} error={faults.body}>
        {({ status, ...control }) => (
          <Input.TextArea
            {...control}
            status={status}
            className="code"
            autoComplete="off"
            spellCheck={false}
            rows={18}
            value={text}
            onChange={({ target }) => change(target.value)}
          />
        )}
      </Field>
    </FormDialog>
  )
}

const PRODUCT = 'resources.device.product_id'

/** The platform names the member: `template_body.resources.device.node_id`. */
const bodySentence = (error: Error | null): string | undefined =>
  error instanceof ApiError && error.field?.startsWith('template_body') ? error.message : undefined
