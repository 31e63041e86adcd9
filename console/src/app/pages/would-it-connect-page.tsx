import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function WouldItConnectPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('would.title')} purpose={t('would.purpose')}>
      <LoadingRows />
    </Page>
  )
}
