import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/panel.tsx'
import { Time } from '../../components/time.tsx'
import { DeleteProduct } from './delete-product.tsx'
import { EditProduct } from './edit-product.tsx'
import { industryLabel } from './industries.ts'
import type { ModelTarget } from './use-save-model.ts'

interface ProductFactsProps extends ModelTarget {
  readonly onDeleted: () => Promise<void> | void
}

/** *Basic Information*: what a product is, changing it, deleting it. */
export function ProductFacts({ onDeleted, ...target }: ProductFactsProps) {
  const { t } = useTranslation()
  const [act, setAct] = useState<'edit' | 'delete'>()
  const { place, product } = target
  const close = (): void => setAct(undefined)
  const said = (text: string | undefined) =>
    text === undefined ? (
      <span className="faint">{t('products.notSaid')}</span>
    ) : (
      <span className="break">{text}</span>
    )
  return (
    <>
      <Panel
        title={t('products.basic')}
        extra={<Button onClick={() => setAct('edit')}>{t('products.edit')}</Button>}
      >
        <Facts
          facts={[
            [t('products.name'), said(product.name)],
            [t('products.id'), <CopyText key="id" text={product.product_id} what={t('products.id')} />],
            [t('products.space'), said(product.app_name)],
            [t('products.protocol'), product.protocol_type],
            [t('products.dataType'), t(`products.dataTypes.${product.data_format}`)],
            [
              t('products.industry'),
              said(product.industry === undefined ? undefined : industryLabel(t, product.industry)),
            ],
            [t('products.deviceType'), said(product.device_type)],
            [t('products.manufacturer'), said(product.manufacturer_name)],
            [t('products.description'), said(product.description)],
            [t('common.created'), <Time key="created" at={product.create_time} />],
          ]}
        />
      </Panel>
      <Panel title={t('products.delete')} text={t('products.deleteText')}>
        <Button danger onClick={() => setAct('delete')}>
          {t('products.delete')}
        </Button>
      </Panel>
      {act === 'edit' && <EditProduct {...target} onClose={close} />}
      {act === 'delete' && (
        <DeleteProduct place={place} name={product.name} onDeleted={onDeleted} onClose={close} />
      )}
    </>
  )
}
