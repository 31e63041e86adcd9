import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Button, Input, Switch } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { Field } from '../../components/field.tsx'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { ErrorState } from '../../components/states.tsx'
import { TextField } from '../../components/text-field.tsx'
import { DeleteDevice, FreezeButton } from './device-actions.tsx'
import { ChangeGateway, type GatewayFieldOf } from './children/change-gateway.tsx'
import { type Device, deviceKey, isDirect, nameOf, type Place, updateDevice } from './device.ts'

interface DeviceSettingsProps {
  readonly place: Place
  readonly device: Device
  readonly gatewayField: GatewayFieldOf
  readonly onDeleted: () => Promise<void>
}

export function DeviceSettings({ place, device, gatewayField, onDeleted }: DeviceSettingsProps) {
  const { t } = useTranslation()
  const [deleting, setDeleting] = useState(false)
  const [moving, setMoving] = useState(false)
  return (
    <div className="stack readable">
      {/* What someone else saved meanwhile is what the form starts from. */}
      <DetailsForm key={JSON.stringify(detailsOf(device))} place={place} device={device} />
      {device.gateway_id !== undefined && (
        <Panel title={t('device.gateway')} text={t('children.ofText')}>
          <div className="wrapping">
            <Link
              className="link code break"
              to="/devices/$deviceId"
              params={{ deviceId: device.gateway_id }}
            >
              {device.gateway_id}
            </Link>
            <Button onClick={() => setMoving(true)}>{t('children.move')}</Button>
          </div>
        </Panel>
      )}
      <Panel title={t('device.settings.danger')}>
        <ul className="plain-list">
          {isDirect(device) && (
            <li className="danger-line">
              <span className="lines">
                <strong>{t(device.status === 'FROZEN' ? 'device.unfreeze' : 'device.freeze')}</strong>
                <span className="soft">
                  {t(device.status === 'FROZEN' ? 'device.unfreezeText' : 'device.freezeText')}
                </span>
              </span>
              <FreezeButton place={place} device={device} />
            </li>
          )}
          <li className="danger-line">
            <span className="lines">
              <strong>{t('device.delete')}</strong>
              <span className="soft">
                {t(isDirect(device) ? 'device.deleteText' : 'children.deleteText')}
              </span>
            </span>
            <Button danger onClick={() => setDeleting(true)}>
              {t('device.delete')}
            </Button>
          </li>
        </ul>
      </Panel>
      {moving && (
        <ChangeGateway
          place={place}
          name={nameOf(device)}
          spaceId={device.app_id}
          gatewayField={gatewayField}
          onClose={() => setMoving(false)}
        />
      )}
      {deleting && (
        <DeleteDevice
          place={place}
          device={device}
          onDeleted={onDeleted}
          onClose={() => setDeleting(false)}
        />
      )}
    </div>
  )
}

const detailsOf = (device: Device) => ({
  name: device.device_name ?? '',
  description: device.description ?? '',
  secureAccess: device.secure_access,
  extension: JSON.stringify(device.extension_info, undefined, 2),
})

function DetailsForm({ place, device }: Pick<DeviceSettingsProps, 'place' | 'device'>) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const before = detailsOf(device)
  const [details, setDetails] = useState(before)
  const [tried, setTried] = useState(false)
  const extension = parseObject(details.extension)
  const save = useMutation({
    mutationFn: (info: Record<string, unknown>) =>
      updateDevice(place, {
        device_name: details.name.trim(),
        description: details.description.trim(),
        extension_info: info,
        ...(isDirect(device) && { auth_info: { secure_access: details.secureAccess } }),
      }),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: deviceKey(place) })
      notify(t('device.settings.saved'))
    },
  })
  const set = (part: Partial<typeof details>): void => setDetails({ ...details, ...part })
  /** An empty text counts as absent on the way to the platform (northbound §2.1), so what there is would stay. */
  const isEmptied = (part: 'name' | 'description') => before[part] !== '' && details[part].trim() === ''
  const emptied = (part: 'name' | 'description') =>
    tried && isEmptied(part) ? t('device.settings.notEmptied') : undefined
  const fieldErrors = ['device_name', 'description', 'extension_info'].map((field) =>
    sentenceFor(save.error, field),
  )
  return (
    <Panel title={t('device.settings.details')}>
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          setTried(true)
          if (extension && !isEmptied('name') && !isEmptied('description') && !save.isPending)
            save.mutate(extension)
        }}
      >
        <TextField
          label={t('common.name')}
          help={t('device.settings.nameHelp')}
          error={emptied('name') ?? fieldErrors[0]}
          maxLength={256}
          value={details.name}
          onChange={(name) => set({ name })}
        />
        <Field label={t('device.description')} error={emptied('description') ?? fieldErrors[1]}>
          {(control) => (
            <Input.TextArea
              {...control}
              rows={3}
              maxLength={2048}
              value={details.description}
              onChange={({ target }) => set({ description: target.value })}
            />
          )}
        </Field>
        {isDirect(device) && (
          <Field label={t('device.secureAccess')} help={t('device.settings.secureHelp')}>
            {({ id, 'aria-describedby': describedBy }) => (
              <span>
                <Switch
                  id={id}
                  aria-describedby={describedBy}
                  checked={details.secureAccess}
                  onChange={(secureAccess) => set({ secureAccess })}
                />
              </span>
            )}
          </Field>
        )}
        <details className="advanced">
          <summary>{t('common.advanced')}</summary>
          <Field
            label={t('device.settings.extension')}
            help={t('device.settings.extensionHelp')}
            error={tried && !extension ? t('device.settings.extensionFault') : fieldErrors[2]}
          >
            {(control) => (
              <Input.TextArea
                {...control}
                className="code"
                rows={6}
                spellCheck={false}
                value={details.extension}
                onChange={({ target }) => set({ extension: target.value })}
              />
            )}
          </Field>
        </details>
        {save.error && fieldErrors.every((sentence) => sentence === undefined) && (
          <ErrorState error={save.error} />
        )}
        <div>
          <Button
            type="primary"
            htmlType="submit"
            loading={save.isPending}
            disabled={JSON.stringify(details) === JSON.stringify(before)}
          >
            {t('common.save')}
          </Button>
        </div>
      </form>
    </Panel>
  )
}

function parseObject(text: string): Record<string, unknown> | undefined {
  if (text.trim() === '') return {}
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}
