import { EllipsisOutlined } from '@ant-design/icons'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Dropdown, Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { DeleteByName } from '../../components/delete-by-name.tsx'
import { notify } from '../../components/notices.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { ErrorState } from '../../components/states.tsx'
import {
  deleteDevice,
  type Device,
  deviceKey,
  freezeDevice,
  isDirect,
  nameOf,
  type Place,
  unfreezeDevice,
} from './device.ts'

interface DeviceActionsProps {
  readonly place: Place
  readonly device: Device
  readonly onTab: (tab: string) => void
  /** The device is gone. */
  readonly onDeleted: () => Promise<void>
}

/** What can be done with a device from anywhere on its page. */
export function DeviceActions({ place, device, onTab, onDeleted }: DeviceActionsProps) {
  const { t } = useTranslation()
  const [deleting, setDeleting] = useState(false)
  return (
    <>
      {isDirect(device) && <FreezeButton place={place} device={device} />}
      <Dropdown
        trigger={['click']}
        menu={{
          items: [
            ...(isDirect(device) ? [{ key: 'identity', label: t('device.more.identity') }] : []),
            { key: 'settings', label: t('device.more.settings') },
            { type: 'divider' },
            { key: 'delete', danger: true, label: t('device.delete') },
          ],
          onClick: ({ key }) => (key === 'delete' ? setDeleting(true) : onTab(key)),
        }}
      >
        <Button icon={<EllipsisOutlined />} aria-label={t('device.more.title')} />
      </Dropdown>
      {deleting && (
        <DeleteDevice
          place={place}
          device={device}
          onDeleted={onDeleted}
          onClose={() => setDeleting(false)}
        />
      )}
    </>
  )
}

/** Freezes after it was asked for, since that cuts the connection; unfreezes at once. */
export function FreezeButton({ place, device }: { readonly place: Place; readonly device: Device }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [asked, setAsked] = useState(false)
  const frozen = device.status === 'FROZEN'
  const change = useMutation({
    mutationFn: () => (frozen ? unfreezeDevice(place) : freezeDevice(place)),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: deviceKey(place) })
      setAsked(false)
      notify(t(frozen ? 'device.unfrozen' : 'device.frozen', { name: nameOf(device) }))
    },
  })
  return (
    <>
      <Button onClick={() => setAsked(true)}>{t(frozen ? 'device.unfreeze' : 'device.freeze')}</Button>
      {asked && (
        <Confirm
          title={t(frozen ? 'device.unfreezeTitle' : 'device.freezeTitle')}
          text={t(frozen ? 'device.unfreezeText' : 'device.freezeText')}
          actText={t(frozen ? 'device.unfreeze' : 'device.freeze')}
          busy={change.isPending}
          error={change.error}
          onConfirm={change.mutate}
          onClose={() => setAsked(false)}
        />
      )}
    </>
  )
}

interface ConfirmProps {
  readonly title: string
  /** What will happen. */
  readonly text: string
  readonly actText: string
  readonly busy: boolean
  readonly error: Error | null
  readonly onConfirm: () => void
  readonly onClose: () => void
}

/** Asks before something that can be undone, but is felt at once. */
export function Confirm({ title, text, actText, busy, error, onConfirm, onClose }: ConfirmProps) {
  const { t } = useTranslation()
  useReturnFocus()
  return (
    <Modal
      open
      title={title}
      width={480}
      mask={{ closable: false }}
      onCancel={onClose}
      onOk={() => onConfirm()}
      okText={actText}
      cancelText={t('common.cancel')}
      confirmLoading={busy}
    >
      <div className="form">
        <p className="soft">{text}</p>
        {error && <ErrorState error={error} />}
      </div>
    </Modal>
  )
}

interface DeleteDeviceProps extends Omit<DeviceActionsProps, 'onTab'> {
  readonly onClose: () => void
}

export function DeleteDevice({ place, device, onDeleted, onClose }: DeleteDeviceProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const name = nameOf(device)
  return (
    <DeleteByName
      title={t('device.deleteTitle')}
      text={t(isDirect(device) ? 'device.deleteText' : 'children.deleteText')}
      name={name}
      doneText={t('device.deleted', { name })}
      remove={() => deleteDevice(place)}
      onDeleted={async () => {
        await onDeleted()
        client.removeQueries({ queryKey: deviceKey(place) })
      }}
      onClose={onClose}
    />
  )
}
