import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import type { Step } from './progress.ts'

interface StepResultProps {
  readonly projectId: string
  readonly step: Step
  /** To what the step made. */
  readonly link: ReactNode
}

/** What came of a step that is done: for a connection from where, for a report which values. */
export function StepResult({ projectId, step, link }: StepResultProps) {
  const { t } = useTranslation()
  const { step: name, device_id: deviceId } = step
  const told = (text: string) => (
    <p className="soft break">
      {text} {link}
    </p>
  )
  if (name === 'connected' && deviceId !== undefined)
    return <Connected {...{ projectId, deviceId }}>{told}</Connected>
  if (name === 'reported' && deviceId !== undefined)
    return <Reported {...{ projectId, deviceId }}>{told}</Reported>
  return told(t(`guide.steps.${name}.happened`))
}

interface OfDevice {
  readonly projectId: string
  readonly deviceId: string
  readonly children: (text: string) => ReactNode
}

function Connected({ projectId, deviceId, children }: OfDevice) {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['devices', projectId, 'own', deviceId],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices/{device_id}', {
        params: { project_id: projectId, device_id: deviceId },
        signal,
      }),
  })
  return children(
    data?.address === undefined
      ? t('guide.steps.connected.happened')
      : t('guide.connectedFrom', { device: data.device_name ?? data.node_id, address: data.address }),
  )
}

function Reported({ projectId, deviceId, children }: OfDevice) {
  const { t } = useTranslation()
  const { data } = useQuery({
    queryKey: ['devices', projectId, 'latest', deviceId],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/devices/{device_id}/latest', {
        params: { project_id: projectId, device_id: deviceId },
        signal,
      }),
  })
  const first = data?.services
    .flatMap(({ service_id: service, properties }) =>
      properties.map((property) => ({ service, ...property })),
    )
    .find(({ value }) => value !== undefined)
  return children(
    first
      ? t('guide.reportedValue', {
          service: first.service,
          property: first.property,
          value: JSON.stringify(first.value),
        })
      : t('guide.steps.reported.happened'),
  )
}
