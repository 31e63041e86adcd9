import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import {
  draftFaults,
  draftOf,
  isToldBeside,
  KindFields,
  NameFields,
  productFieldsOf,
  RemarkFields,
} from './product-form.tsx'
import { productKey, productsKey, updateProduct } from './products.ts'
import type { ModelTarget } from './use-save-model.ts'

/** All that can be changed of a product but its model; what it is not about is not sent. */
export function EditProduct({ place, product, onClose }: ModelTarget & { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [before] = useState(() => draftOf(product))
  const [draft, setDraft] = useState(before)
  const [tried, setTried] = useState(false)
  const update = useMutation({
    mutationFn: () => updateProduct(place, productFieldsOf(draft)),
    async onSuccess(changed) {
      client.setQueryData(productKey(place), changed)
      await client.invalidateQueries({ queryKey: [...productsKey(place.projectId), 'list'] })
      onClose()
      notify(t('products.changed', { name: changed.name }))
    },
  })
  const faults = draftFaults(draft, before)
  const fields = { draft, onChange: setDraft, faults: tried ? faults : {}, error: update.error }
  return (
    <FormDialog
      title={t('products.edit')}
      text={t('products.editText')}
      submitText={t('common.ok')}
      width={600}
      busy={update.isPending}
      error={isToldBeside(update.error) ? null : update.error}
      onSubmit={() => {
        setTried(true)
        if (Object.keys(faults).length === 0) update.mutate()
      }}
      onClose={onClose}
    >
      <NameFields {...fields} />
      <KindFields {...fields} />
      <RemarkFields {...fields} />
    </FormDialog>
  )
}
