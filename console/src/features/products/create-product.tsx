import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { Folded } from '../../components/folded.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useLanguage } from '../../components/language.ts'
import { notify } from '../../components/notices.tsx'
import { TextField } from '../../components/text-field.tsx'
import { PresetField } from './preset-field.tsx'
import { presetsQuery } from './presets.ts'
import { modelOf } from './presets/preset.ts'
import {
  draftFaults,
  isToldBeside,
  KindFields,
  NameFields,
  newProduct,
  productFieldsOf,
  RemarkFields,
} from './product-form.tsx'
import { createProduct, productsKey } from './products.ts'
import './products.css'

interface CreateProductProps {
  readonly projectId: string
  /** Resource spaces to choose from, the default one first; undefined while they are asked for. */
  readonly spaces: readonly { readonly app_id: string; readonly app_name: string }[] | undefined
  /** The one that lists are narrowed to. */
  readonly space: string | undefined
  readonly onCreated: (productId: string, spaceId: string) => void
  readonly onClose: () => void
}

const ID_FORM = /^[A-Za-z0-9_-]{1,36}$/

/** *Create Product* (guide S16–S26), with a model already when a preset is chosen. */
export function CreateProduct({ projectId, spaces, space, onCreated, onClose }: CreateProductProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const client = useQueryClient()
  const [draft, setDraft] = useState(newProduct)
  const [chosenSpace, setSpace] = useState(space)
  const [productId, setProductId] = useState('')
  const [presetId, setPresetId] = useState<string>()
  const [tried, setTried] = useState(false)
  const presets = useQuery(presetsQuery)
  const preset = presets.data?.find(({ id }) => id === presetId)
  const spaceId = chosenSpace ?? spaces?.[0]?.app_id

  const create = useMutation({
    mutationFn: () =>
      createProduct(projectId, {
        ...productFieldsOf(draft),
        ...(spaceId !== undefined && { app_id: spaceId }),
        ...(productId.trim() !== '' && { product_id: productId.trim() }),
        service_capabilities: preset ? modelOf(preset, language) : [],
      }),
    async onSuccess(product) {
      await client.invalidateQueries({ queryKey: productsKey(projectId) })
      notify(t('products.created', { name: product.name }))
      onCreated(product.product_id, product.app_id)
    },
  })
  const faults = draftFaults(draft)
  const isIdWrong = productId.trim() !== '' && !ID_FORM.test(productId.trim())
  const idError = sentenceFor(create.error, 'product_id')
  const spaceError = sentenceFor(create.error, 'app_id')
  const isBeside = isToldBeside(create.error) || idError !== undefined || spaceError !== undefined
  const fields = { draft, onChange: setDraft, faults: tried ? faults : {}, error: create.error }

  return (
    <FormDialog
      title={t('products.create')}
      text={t('products.createText')}
      submitText={t('common.ok')}
      width={600}
      busy={create.isPending}
      error={isBeside ? presets.error : (create.error ?? presets.error)}
      onSubmit={() => {
        setTried(true)
        if (Object.keys(faults).length === 0 && !isIdWrong) create.mutate()
      }}
      onClose={onClose}
    >
      <h3 className="form-part">{t('products.basic')}</h3>
      <NameFields {...fields} />
      <Field
        label={t('products.space')}
        help={
          <>
            {t('products.spaceHelp')}{' '}
            <Link to="/settings/spaces" className="link">
              {t('products.createSpace')}
            </Link>
          </>
        }
        error={spaceError}
      >
        {(control) => (
          <Select<string>
            {...control}
            loading={spaces === undefined}
            showSearch={{ optionFilterProp: 'label' }}
            {...(spaceId !== undefined && { value: spaceId })}
            onChange={setSpace}
            options={(spaces ?? []).map(({ app_id: value, app_name: label }) => ({ value, label }))}
          />
        )}
      </Field>
      <PresetField
        presets={presets.data}
        value={presetId}
        onChange={(id) => {
          setPresetId(id)
          const chosen = presets.data?.find((each) => each.id === id)
          if (chosen) setDraft({ ...draft, industry: chosen.industry, deviceType: chosen.deviceType })
        }}
      />
      <KindFields {...fields} />
      <Folded forced={(tried && isIdWrong) || idError !== undefined}>
        <TextField
          label={t('products.id')}
          help={t('products.idHelp')}
          error={tried && isIdWrong ? t('products.faults.idRule') : idError}
          spellCheck={false}
          maxLength={36}
          placeholder={t('common.optional')}
          value={productId}
          onChange={setProductId}
        />
        <RemarkFields {...fields} />
      </Folded>
    </FormDialog>
  )
}
