import { Input, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { TextField } from '../../components/text-field.tsx'
import { industries, industryLabel } from './industries.ts'
import type { Product } from './model.ts'

/** What a form asks about a product, new or not; empty text where nothing was said. */
export interface ProductDraft {
  readonly name: string
  readonly protocol: Product['protocol_type']
  readonly dataFormat: Product['data_format']
  readonly industry: string
  readonly deviceType: string
  readonly manufacturer: string
  readonly description: string
}

export const newProduct: ProductDraft = {
  name: '',
  protocol: 'MQTT',
  dataFormat: 'json',
  industry: 'Default',
  deviceType: '',
  manufacturer: '',
  description: '',
}

export const draftOf = (product: Product): ProductDraft => ({
  name: product.name,
  protocol: product.protocol_type,
  dataFormat: product.data_format,
  industry: product.industry ?? '',
  deviceType: product.device_type,
  manufacturer: product.manufacturer_name ?? '',
  description: product.description ?? '',
})

/** As the API takes it: what is empty is left out. */
export const productFieldsOf = (draft: ProductDraft) => ({
  name: draft.name.trim(),
  device_type: draft.deviceType.trim(),
  protocol_type: draft.protocol,
  data_format: draft.dataFormat,
  ...(draft.industry !== '' && { industry: draft.industry }),
  ...(draft.manufacturer.trim() !== '' && { manufacturer_name: draft.manufacturer.trim() }),
  ...(draft.description.trim() !== '' && { description: draft.description.trim() }),
})

type DraftFault = 'needName' | 'nameRule' | 'needDeviceType' | 'notEmptied'
export type DraftFaults = { readonly [F in keyof ProductDraft]?: DraftFault }

/**
 * What is wrong with a draft. A name is letters (of any script), digits, `_` and `-` (guide S20); one that came
 * otherwise, through the API, may stay. What was once said of a product can be changed but not taken back: the API
 * reads an empty text as "stays as it is".
 */
export function draftFaults(draft: ProductDraft, before?: ProductDraft): DraftFaults {
  const isEmptied = (field: 'industry' | 'manufacturer' | 'description') =>
    before !== undefined && before[field] !== '' && draft[field].trim() === ''
  return {
    ...(draft.name.trim() === ''
      ? { name: 'needName' }
      : draft.name !== before?.name && !/^[\p{L}\p{N}_-]+$/u.test(draft.name.trim()) && { name: 'nameRule' }),
    ...(draft.deviceType.trim() === '' && { deviceType: 'needDeviceType' }),
    ...(isEmptied('manufacturer') && { manufacturer: 'notEmptied' }),
    ...(isEmptied('description') && { description: 'notEmptied' }),
  }
}

const wireNames = {
  name: 'name',
  protocol: 'protocol_type',
  dataFormat: 'data_format',
  industry: 'industry',
  deviceType: 'device_type',
  manufacturer: 'manufacturer_name',
  description: 'description',
} as const satisfies { readonly [F in keyof ProductDraft]: string }

/** Whether the platform's sentence stands beside one of these fields. */
export const isToldBeside = (error: Error | null): boolean =>
  Object.values(wireNames).some((name) => sentenceFor(error, name) !== undefined)

// Those of the reference, in the order in which they are likely to be meant.
const protocols = [
  'MQTT',
  'HTTP',
  'HTTPS',
  'CoAP',
  'Modbus',
  'OPC-UA',
  'OPC-DA',
  'ONVIF',
  'TCP',
  'UDP',
  'Other',
] as const

interface FieldsProps {
  readonly draft: ProductDraft
  readonly onChange: (draft: ProductDraft) => void
  readonly faults: DraftFaults
  readonly error: Error | null
}

function useFields({ draft, onChange, faults, error }: FieldsProps) {
  const { t } = useTranslation()
  const faultOf = (field: keyof ProductDraft): string | undefined => {
    const fault = faults[field]
    return fault ? t(`products.faults.${fault}`) : sentenceFor(error, wireNames[field])
  }
  const change = (part: Partial<ProductDraft>): void => onChange({ ...draft, ...part })
  return { t, faultOf, change }
}

/** Name, protocol, data type (guide S20–S22). */
export function NameFields(props: FieldsProps) {
  const { draft } = props
  const { t, faultOf, change } = useFields(props)
  return (
    <>
      <TextField
        label={t('products.name')}
        help={t('products.nameHelp')}
        error={faultOf('name')}
        autoFocus
        spellCheck={false}
        maxLength={64}
        value={draft.name}
        onChange={(name) => change({ name })}
      />
      <div className="field-pair">
        <Field label={t('products.protocol')} error={faultOf('protocol')}>
          {(control) => (
            <Select<ProductDraft['protocol']>
              {...control}
              value={draft.protocol}
              onChange={(protocol) => change({ protocol })}
              options={protocols.map((value) => ({
                value,
                label: value === 'Other' ? t('products.otherProtocol') : value,
              }))}
            />
          )}
        </Field>
        <Field label={t('products.dataType')} error={faultOf('dataFormat')}>
          {(control) => (
            <Select<ProductDraft['dataFormat']>
              {...control}
              value={draft.dataFormat}
              onChange={(dataFormat) => change({ dataFormat })}
              options={(['json', 'binary'] as const).map((value) => ({
                value,
                label: t(`products.dataTypes.${value}`),
              }))}
            />
          )}
        </Field>
      </div>
    </>
  )
}

/** Industry and device type, which a preset model fills (guide S23, S24). */
export function KindFields(props: FieldsProps) {
  const { draft } = props
  const { t, faultOf, change } = useFields(props)
  // One that was given through the API is kept, though it is none of ours.
  const offered = [
    ...new Set([...Object.keys(industries), ...(draft.industry === '' ? [] : [draft.industry])]),
  ]
  return (
    <div className="field-pair">
      <Field label={t('products.industry')} help={t('products.industryHelp')} error={faultOf('industry')}>
        {(control) => (
          <Select<string>
            {...control}
            {...(draft.industry !== '' && { value: draft.industry })}
            onChange={(industry) => change({ industry })}
            options={offered.map((value) => ({ value, label: industryLabel(t, value) }))}
          />
        )}
      </Field>
      <TextField
        label={t('products.deviceType')}
        help={t('products.deviceTypeHelp')}
        error={faultOf('deviceType')}
        maxLength={32}
        value={draft.deviceType}
        onChange={(deviceType) => change({ deviceType })}
      />
    </div>
  )
}

/** Who makes it and what it is. */
export function RemarkFields(props: FieldsProps) {
  const { draft } = props
  const { t, faultOf, change } = useFields(props)
  return (
    <>
      <TextField
        label={t('products.manufacturer')}
        error={faultOf('manufacturer')}
        maxLength={32}
        placeholder={t('common.optional')}
        value={draft.manufacturer}
        onChange={(manufacturer) => change({ manufacturer })}
      />
      <Field label={t('products.description')} error={faultOf('description')}>
        {(control) => (
          <Input.TextArea
            {...control}
            rows={2}
            maxLength={128}
            placeholder={t('common.optional')}
            value={draft.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        )}
      </Field>
    </>
  )
}
