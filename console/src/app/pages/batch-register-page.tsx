import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function BatchRegisterPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('batch.title')} purpose={t('batch.purpose')}>
      <LoadingRows />
    </Page>
  )
}
