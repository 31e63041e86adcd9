import { useTranslation } from 'react-i18next'
import { markOfStatus, StatusMark } from '../../components/status-mark.tsx'
import { Time } from '../../components/time.tsx'
import type { Device } from './device.ts'

/** Whether it is there, since when, and from which address. */
export function DeviceStatus({ device }: { readonly device: Device }) {
  const { t } = useTranslation()
  const { status, status_since: since, address } = device
  return (
    <span className="wrapping" role="status">
      <StatusMark mark={markOfStatus[status]}>
        <strong>{t(`devices.statuses.${status}`)}</strong>
      </StatusMark>
      {since !== undefined && (
        <span className="soft small">
          {t(status === 'INACTIVE' ? 'device.registered' : 'device.since')} <Time at={since} />
        </span>
      )}
      {address !== undefined && (
        <span className="soft small">
          {t(status === 'ONLINE' ? 'device.from' : 'device.lastFrom')} <code>{address}</code>
        </span>
      )}
    </span>
  )
}
