import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function ClientIdPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('clientId.title')} purpose={t('clientId.purpose')}>
      <LoadingRows />
    </Page>
  )
}
