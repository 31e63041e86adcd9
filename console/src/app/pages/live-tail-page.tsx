import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function LiveTailPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('tail.title')} purpose={t('tail.purpose')}>
      <LoadingRows />
    </Page>
  )
}
