import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function DevicePage() {
  const { t } = useTranslation()
  return (
    <Page title={t('devices.title')} purpose={t('devices.purpose')}>
      <LoadingRows />
    </Page>
  )
}
