import { Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'

interface BridgeSecretProps {
  readonly title: string
  readonly bridgeId: string
  readonly secret: string
  readonly onClose: () => void
}

/** Closes by its button alone: a slip beside the dialog, or Escape, must not lose the secret. */
export function BridgeSecret({ title, bridgeId, secret, onClose }: BridgeSecretProps) {
  const { t } = useTranslation()
  return (
    <Modal
      open
      title={title}
      width={560}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('bridges.stored')}
        </Button>
      }
    >
      <div className="form">
        <p className="warning-box" role="alert">
          {t('bridges.secretWarning')}
        </p>
        <Facts
          facts={[
            [t('bridges.id'), <CopyText key="id" text={bridgeId} what={t('bridges.id')} />],
            [t('bridges.secret'), <CopyText key="secret" text={secret} what={t('bridges.secret')} />],
          ]}
        />
      </div>
    </Modal>
  )
}
