import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function CaCertificatesPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('caCertificates.title')} purpose={t('caCertificates.purpose')}>
      <LoadingRows />
    </Page>
  )
}
