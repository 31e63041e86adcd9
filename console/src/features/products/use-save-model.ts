import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type Model, type Product, ServiceGone } from './model.ts'
import { ModelChanged, productKey, type ProductPlace, productsKey, saveModel } from './products.ts'

/** Everything that edits a model gets these. */
export interface ModelTarget {
  readonly place: ProductPlace
  readonly product: Product
}

/** How a model is saved, and how that stands. */
export interface SaveModel {
  save(edit: (model: Model) => Model, onSaved?: () => void): void
  readonly busy: boolean
  readonly error: Error | null
}

/**
 * Saves edits of a model, one after the other. A form passes the model it was opened on: when another has been saved
 * since, the first try tells so and the page shows the newer one; the next try builds on that. Without `opened` an edit
 * builds on what the page shows when its turn comes.
 */
export function useSaveModel({ place }: Pick<ModelTarget, 'place'>, opened?: Model): SaveModel {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [seen, setSeen] = useState(opened)
  const key = productKey(place)
  const mutation = useMutation({
    // Two steps of the keyboard in quick succession must not overtake each other.
    scope: { id: key.join(' ') },
    mutationFn: (edit: (model: Model) => Model) =>
      saveModel(place, seen ?? client.getQueryData<Product>(key)?.service_capabilities ?? [], edit),
    onSuccess: async (product) => {
      client.setQueryData(key, product)
      await client.invalidateQueries({ queryKey: [...productsKey(place.projectId), 'list'] })
    },
    onError(fault) {
      if (!(fault instanceof ModelChanged)) return
      client.setQueryData(key, fault.product)
      if (seen) setSeen(fault.product.service_capabilities)
    },
  })

  const inWords = (fault: Error): Error => {
    if (fault instanceof ModelChanged) return new Error(t(opened ? 'model.changedInForm' : 'model.changed'))
    if (fault instanceof ServiceGone) return new Error(t('model.serviceGone', { service: fault.serviceId }))
    return fault
  }
  return {
    save: (edit, onSaved) => mutation.mutate(edit, onSaved && { onSuccess: onSaved }),
    busy: mutation.isPending,
    error: mutation.error && inWords(mutation.error),
  }
}
