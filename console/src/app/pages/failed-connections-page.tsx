import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function FailedConnectionsPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('failed.title')} purpose={t('failed.purpose')}>
      <LoadingRows />
    </Page>
  )
}
