import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../../api/api-error.ts'
import { type ControlProps, Field } from '../../../components/field.tsx'
import { FormDialog } from '../../../components/form-dialog.tsx'
import { notify } from '../../../components/notices.tsx'
import type { Place } from '../device.ts'
import { changeGateway } from './children.ts'

/** The field of a device that others can be put below. */
export type GatewayFieldOf = (field: {
  readonly control: ControlProps
  readonly label: string
  readonly spaceId: string
  readonly value: string | undefined
  readonly onChange: (deviceId: string | undefined) => void
}) => ReactNode

interface ChangeGatewayProps {
  /** Of the child. */
  readonly place: Place
  readonly name: string
  /** It stays in its resource space. */
  readonly spaceId: string
  readonly gatewayField: GatewayFieldOf
  readonly onClose: () => void
}

/** Puts a child below another gateway. Mount it to open it. */
export function ChangeGateway({ place, name, spaceId, gatewayField, onClose }: ChangeGatewayProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [gatewayId, setGatewayId] = useState<string>()
  const [tried, setTried] = useState(false)
  const change = useMutation({
    mutationFn: (to: string) => changeGateway(place, to),
    async onSuccess() {
      // Its own page, and those of both gateways.
      await client.invalidateQueries({ queryKey: ['device', place.projectId] })
      notify(t('children.moved', { name }))
      onClose()
    },
  })
  const said = sentenceFor(change.error, 'gateway_id')
  return (
    <FormDialog
      title={t('children.moveTitle', { name })}
      text={t('children.moveText')}
      submitText={t('children.move')}
      busy={change.isPending}
      error={said === undefined ? change.error : null}
      onSubmit={() => {
        setTried(true)
        if (gatewayId !== undefined) change.mutate(gatewayId)
      }}
      onClose={onClose}
    >
      <Field
        label={t('device.gateway')}
        help={t('children.moveHelp')}
        error={tried && gatewayId === undefined ? t('children.needGateway') : said}
      >
        {(control) =>
          gatewayField({
            control,
            label: t('device.gateway'),
            spaceId,
            value: gatewayId,
            onChange: setGatewayId,
          })
        }
      </Field>
    </FormDialog>
  )
}
