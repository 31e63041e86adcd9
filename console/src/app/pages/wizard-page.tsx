import { useTranslation } from 'react-i18next'
import { Page } from '../../components/page.tsx'
import { LoadingRows } from '../../components/states.tsx'

export function WizardPage() {
  const { t } = useTranslation()
  return (
    <Page title={t('wizard.title')} purpose={t('wizard.purpose')}>
      <LoadingRows />
    </Page>
  )
}
