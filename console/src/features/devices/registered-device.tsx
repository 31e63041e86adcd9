import { Link } from '@tanstack/react-router'
import { Button, Modal } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { fingerprintText } from '../../lib/format.ts'
import type { Registered } from './device-acts.ts'

interface RegisteredDeviceProps {
  readonly device: Registered
  /** Name of the device that it is a child of: there is nothing to prove itself with then. */
  readonly gateway?: string | undefined
  readonly onAnother: () => void
  readonly onClose: () => void
}

/** What registering yielded: the ID, and what the device proves itself with. Closes by its buttons alone. */
export function RegisteredDevice({ device, gateway, onAnother, onClose }: RegisteredDeviceProps) {
  const { t } = useTranslation()
  const { device_id: id, node_id: nodeId, auth_info: auth } = device
  const copied = (name: string, text: string): readonly [string, ReactNode] => [
    name,
    <CopyText key={name} text={text} what={name} />,
  ]
  const isByCertificate = auth.auth_type === 'CERTIFICATES'
  return (
    <Modal
      open
      title={t('register.doneTitle')}
      width={560}
      onCancel={onClose}
      mask={{ closable: false }}
      footer={
        <div className="registered-actions">
          <Button onClick={onAnother}>{t('register.another')}</Button>
          <Button type="primary" onClick={onClose}>
            {t('register.done')}
          </Button>
        </div>
      }
    >
      <div className="form">
        <p className="soft">
          {gateway === undefined
            ? t(isByCertificate ? 'register.doneCertificate' : 'register.doneSecret')
            : t('register.doneChild', { gateway })}
        </p>
        <Facts
          facts={[
            copied(t('devices.deviceId'), id),
            copied(t('devices.nodeId'), nodeId),
            ...(gateway !== undefined
              ? []
              : isByCertificate
                ? [
                    auth.fingerprint === undefined
                      ? ([t('fingerprint.label'), t('register.pinned')] as const)
                      : copied(t('fingerprint.label'), fingerprintText(auth.fingerprint)),
                  ]
                : [copied(t('register.secret'), auth.secret ?? '')]),
          ]}
        />
        <p className="wrapping">
          <Link to="/devices/$deviceId" params={{ deviceId: id }} className="link">
            {t('register.open')}
          </Link>
          {gateway === undefined && (
            <Link
              to="/devices/$deviceId"
              params={{ deviceId: id }}
              search={{ tab: 'connect' }}
              className="link"
            >
              {t('register.kit')}
            </Link>
          )}
        </p>
      </div>
    </Modal>
  )
}
