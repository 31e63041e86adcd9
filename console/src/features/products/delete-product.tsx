import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { ConfirmByName } from '../../components/confirm-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { deleteProduct, productKey, type ProductPlace, productsKey } from './products.ts'

interface DeleteProductProps {
  readonly place: ProductPlace
  readonly name: string
  /** Before anything asks for the product again. */
  readonly onDeleted?: () => Promise<void> | void
  readonly onClose: () => void
}

/** Deletes a product, which the platform does only when it has no devices. */
export function DeleteProduct({ place, name, onDeleted, onClose }: DeleteProductProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => deleteProduct(place),
    async onSuccess() {
      onClose()
      await onDeleted?.()
      client.removeQueries({ queryKey: productKey(place) })
      await client.invalidateQueries({ queryKey: productsKey(place.projectId) })
      notify(t('products.deleted', { name }))
    },
  })
  return (
    <ConfirmByName
      title={t('products.delete')}
      text={t('products.deleteText')}
      name={name}
      actText={t('common.delete')}
      busy={remove.isPending}
      error={remove.error}
      onConfirm={remove.mutate}
      onClose={onClose}
    />
  )
}
