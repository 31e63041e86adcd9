import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function GuidePage() {
  const { t } = useTranslation()
  return (
    <Page title={t('guide.title')} purpose={t('guide.purpose')}>
      <LoadingRows />
    </Page>
  )
}
