import { keepPreviousData, queryOptions, useQuery } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call, type Reply } from '../../api/client.ts'
import type { ControlProps } from '../../components/field.tsx'
import { useSettled } from '../../components/use-settled.ts'

export type ProductChoice = Reply<'GET /quayside/v1/{project_id}/products'>['products'][number]

/** Shown at once; whoever has more of them types. */
const CHOICES_MAX = 50

interface Wanted {
  readonly spaceId: string | undefined
  readonly search: string
}

/** Products whose id, name or device type holds the text. Below the key of all products: a change reads it again. */
export const productChoicesQuery = (projectId: string, { spaceId, search }: Wanted) =>
  queryOptions({
    queryKey: ['products', projectId, 'choices', spaceId, search],
    queryFn: async ({ signal }): Promise<readonly ProductChoice[]> =>
      (
        await call('GET /quayside/v1/{project_id}/products', {
          params: { project_id: projectId },
          query: {
            limit: CHOICES_MAX,
            ...(search !== '' && { search: search.slice(0, 128) }),
            ...(spaceId !== undefined && { app_id: spaceId }),
          },
          signal,
        })
      ).products,
    placeholderData: keepPreviousData,
  })

interface ProductSelectProps {
  readonly projectId: string
  /** Only products of this resource space; absent: of all. */
  readonly spaceId?: string | undefined
  readonly value: string | undefined
  readonly onChange: (productId: string | undefined) => void
  readonly placeholder: string
  /** Of the {@link Field} around it; without one `label` says what is chosen. */
  readonly control?: ControlProps
  readonly label?: string
  readonly clearable?: boolean
  readonly disabled?: boolean
}

/** One of the products, found by typing. */
export function ProductSelect(props: ProductSelectProps) {
  const {
    projectId,
    spaceId,
    value,
    onChange,
    placeholder,
    control,
    label,
    clearable = false,
    disabled = false,
  } = props
  const { t } = useTranslation()
  const [typed, setTyped] = useState('')
  const search = useSettled(typed)
  const choices = useQuery(productChoicesQuery(projectId, { spaceId, search }))
  // What is chosen may be none of the first.
  const chosen = useQuery({
    ...productChoicesQuery(projectId, { spaceId, search: value ?? '' }),
    enabled: value !== undefined,
  })
  const known = new Map([...(chosen.data ?? []), ...(choices.data ?? [])].map((one) => [one.product_id, one]))
  const name = value === undefined ? undefined : known.get(value)?.name
  return (
    <Select
      {...control}
      {...(label !== undefined && { 'aria-label': label })}
      popupMatchSelectWidth={320}
      allowClear={clearable}
      disabled={disabled}
      placeholder={placeholder}
      loading={choices.isPending}
      showSearch={{ filterOption: false, onSearch: setTyped, searchValue: typed }}
      notFoundContent={t(choices.isError ? 'register.productsUnread' : 'register.noProductFound')}
      {...(value !== undefined && { value: { value, label: name ?? value } })}
      labelInValue
      options={(choices.data ?? []).map((product) => ({
        value: product.product_id,
        label: product.name,
        product,
      }))}
      optionRender={({ data: { product } }) => (
        <span className="lines product-choice">
          <span>{product.name}</span>
          <span className="faint small">
            <code>{product.product_id}</code> · {product.app_name}
          </span>
        </span>
      )}
      onChange={(next: { value: string; label: string } | undefined) => {
        setTyped('')
        onChange(next?.value)
      }}
    />
  )
}
