import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { Answer, EmptyState } from '../components/states.tsx'
import { type Device, isDirect } from '../features/device/device.ts'
import { signedLogin } from '../features/kits/kit.ts'
import { revealSecret, servicesQuery } from '../features/kits/kits.ts'
import { MqttClientPanel } from '../features/mqtt-client/mqtt-client.tsx'
import { sampleReport } from '../lib/sample-report.ts'

interface DeviceMqttClientProps {
  readonly projectId: string
  readonly device: Device
  readonly onTab: (tab: string) => void
}

/** The client in the browser, for the devices that a browser can play. */
export function DeviceMqttClient({ projectId, device, onTab }: DeviceMqttClientProps) {
  const { t } = useTranslation()
  const { device_id: deviceId, product_id: productId, app_id: appId } = device
  const services = useQuery(servicesQuery(projectId, productId, appId))
  if (!isDirect(device)) return <EmptyState text={t('mqttClient.childOnly')} />
  if (device.auth_type === 'CERTIFICATES')
    return (
      <EmptyState
        text={t('mqttClient.certificateOnly')}
        action={<Button onClick={() => onTab('connect')}>{t('mqttClient.toKit')}</Button>}
      />
    )
  return (
    <Answer of={services}>
      {(model) => (
        <MqttClientPanel
          key={deviceId}
          deviceId={deviceId}
          isOnline={device.status === 'ONLINE'}
          report={sampleReport(model)}
          login={async () => {
            const { secret } = await revealSecret(projectId, deviceId)
            const { clientId, password } = signedLogin(deviceId, secret, Date.now())
            return { clientId, username: deviceId, password }
          }}
        />
      )}
    </Answer>
  )
}
