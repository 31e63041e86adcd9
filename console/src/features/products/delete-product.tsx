import { useQueryClient } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
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
  return (
    <DeleteByName
      title={t('products.delete')}
      text={t('products.deleteText')}
      name={name}
      doneText={t('products.deleted', { name })}
      remove={() => deleteProduct(place)}
      stale={{ queryKey: productsKey(place.projectId) }}
      onDeleted={async () => {
        await onDeleted?.()
        client.removeQueries({ queryKey: productKey(place) })
      }}
      onClose={onClose}
    />
  )
}
