import { useMutation } from '@tanstack/react-query'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import { Facts } from '../../components/facts.tsx'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { EmptyState, ErrorState } from '../../components/states.tsx'
import type { Device, Place } from './device.ts'

const askVersion = ({ projectId, deviceId }: Place) =>
  call('POST /quayside/v1/{project_id}/devices/{device_id}/version-query', {
    params: { project_id: projectId, device_id: deviceId },
    body: {},
  })

interface ToldFactsProps {
  readonly place: Place
  readonly device: Device
}

/** What the device told of itself: its SDK, its versions, its own address. */
export function ToldFacts({ place, device }: ToldFactsProps) {
  const { t } = useTranslation()
  const ask = useMutation({
    mutationFn: () => askVersion(place),
    onSuccess: ({ sent }) => {
      if (sent) notify(t('facts.asked'))
    },
  })
  const told = [
    [t('facts.software'), device.sw_version],
    [t('facts.firmware'), device.fw_version],
    [t('facts.sdk'), device.device_sdk_version],
    [t('facts.sdkType'), device.sdk_type],
    [t('facts.address'), device.device_ip],
  ].flatMap(([name, value]) =>
    name === undefined || value === undefined
      ? []
      : [
          [
            name,
            <span key={name} className="code break">
              {value}
            </span>,
          ] as const,
        ],
  )
  const button = (
    <Button size="small" loading={ask.isPending} onClick={() => ask.mutate()}>
      {t('facts.ask')}
    </Button>
  )
  return (
    <Panel title={t('facts.title')} text={t('facts.text')} {...(told.length > 0 && { extra: button })}>
      {told.length === 0 ? <EmptyState text={t('facts.empty')} action={button} /> : <Facts facts={told} />}
      {ask.error && <ErrorState error={ask.error} />}
      {ask.data?.sent === false && (
        <p role="status" className="break">
          {ask.data.sentence} {ask.data.remedy}
        </p>
      )}
    </Panel>
  )
}
