import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { Id } from '../../components/id.tsx'
import { useLanguage } from '../../components/language.ts'
import { RowAction } from '../../components/row-action.tsx'
import { Time } from '../../components/time.tsx'
import type { ProductRow } from './products.ts'

interface ProductTableProps {
  readonly products: readonly ProductRow[]
  readonly onDelete: (product: ProductRow) => void
}

export function ProductTable({ products, onDelete }: ProductTableProps) {
  const { t } = useTranslation()
  const numbers = new Intl.NumberFormat(useLanguage())
  return (
    <DataTable
      label={t('products.title')}
      rows={products}
      keyOf={({ app_id: space, product_id: id }) => `${space} ${id}`}
      columns={[
        {
          key: 'name',
          title: t('products.name'),
          cell: ({ name, product_id: productId, app_id: app }) => (
            <Link
              to="/products/$productId"
              params={{ productId }}
              search={{ app }}
              className="link break product-name"
            >
              <strong>{name}</strong>
            </Link>
          ),
        },
        {
          key: 'id',
          title: t('products.id'),
          cell: ({ product_id: id }) => <Id value={id} what={t('products.id')} />,
        },
        {
          key: 'space',
          title: t('products.space'),
          cell: ({ app_name: name }) => <span className="break">{name}</span>,
        },
        {
          key: 'type',
          title: t('products.deviceType'),
          cell: ({ device_type: type }) => <span className="break">{type}</span>,
        },
        {
          key: 'services',
          title: t('model.services'),
          end: true,
          cell: ({ service_count: count }) => numbers.format(count),
        },
        {
          key: 'devices',
          title: t('products.devices'),
          end: true,
          cell: ({ device_count: count, product_id: product }) =>
            count === 0 ? (
              '0'
            ) : (
              <Link to="/devices" search={{ product }} className="link">
                {numbers.format(count)}
              </Link>
            ),
        },
        {
          key: 'created',
          title: t('common.created'),
          cell: ({ create_time: at }) => (
            <span className="soft">
              <Time at={at} />
            </span>
          ),
        },
        {
          key: 'actions',
          title: t('common.actions'),
          end: true,
          cell: (product) => (
            <RowAction
              danger
              text={t('common.delete')}
              label={t('products.deleteNamed', { name: product.name })}
              onClick={() => onDelete(product)}
            />
          ),
        },
      ]}
    />
  )
}
