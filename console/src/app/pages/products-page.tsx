import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function ProductsPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('products.title')} purpose={t('products.purpose')}>
      <LoadingRows />
    </Page>
  )
}
