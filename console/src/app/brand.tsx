import { useTranslation } from 'react-i18next'
import mark from './quayside.svg'

/** Mark and name. */
export function Brand() {
  const { t } = useTranslation()
  return (
    <span className="brand">
      <img src={mark} alt="" width="22" height="22" />
      <span className="brand-name">{t('common.appName')}</span>
    </span>
  )
}
