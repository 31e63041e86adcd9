import { useTranslation } from 'react-i18next'
import { Facts } from '../../components/facts.tsx'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import type { Platform } from './platform.ts'

type Limits = NonNullable<Platform['limits']>

/** How much of what this platform takes. */
export function PlatformLimits({ limits }: { readonly limits: Limits }) {
  const { t } = useTranslation()
  const numbers = new Intl.NumberFormat(useLanguage())
  const bytes = (count: number): string => `${numbers.format(Math.floor(count / 1024))} kB`
  return (
    <Panel title={t('platform.limits.title')} text={t('platform.limits.text')}>
      <Facts
        facts={[
          [t('platform.limits.packet'), bytes(limits.packet_bytes_max)],
          [t('platform.limits.report'), bytes(limits.report_bytes_max)],
          [t('platform.limits.properties'), numbers.format(limits.report_properties_max)],
          [
            t('platform.limits.keepAlive'),
            `${numbers.format(limits.keep_alive_seconds_min)}–${numbers.format(limits.keep_alive_seconds_max)} s`,
          ],
          [t('platform.limits.connections'), numbers.format(limits.connections_max)],
          [t('platform.limits.perAddress'), numbers.format(limits.connections_per_address_max)],
          [t('platform.limits.certificates'), numbers.format(limits.ca_certificates_max)],
          [t('platform.limits.spaces'), numbers.format(limits.spaces_max)],
          [t('platform.limits.batch'), numbers.format(limits.batch_devices_max)],
          [t('platform.limits.request'), bytes(limits.request_bytes_max)],
        ]}
      />
    </Panel>
  )
}
