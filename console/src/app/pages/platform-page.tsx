import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function PlatformPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('platform.title')} purpose={t('platform.purpose')}>
      <LoadingRows />
    </Page>
  )
}
