import { Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'

interface GroupSecretProps {
  readonly scopeId: string
  /** Base64, as devices are given it. */
  readonly secret: string
  readonly onClose: () => void
}

/** Closes by its button alone: a slip beside the dialog, or Escape, must not lose the secret. */
export function GroupSecret({ scopeId, secret, onClose }: GroupSecretProps) {
  const { t } = useTranslation()
  return (
    <Modal
      open
      title={t('groups.madeTitle')}
      width={600}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {t('groups.stored')}
        </Button>
      }
    >
      <div className="form">
        <p className="warning-box" role="alert">
          {t('groups.secretWarning')}
        </p>
        <Facts
          facts={[
            [t('groups.scope'), <CopyText key="scope" text={scopeId} what={t('groups.scope')} />],
            [t('groups.secret'), <CopyText key="secret" text={secret} what={t('groups.secret')} />],
            [
              t('groups.clientId'),
              <CopyText
                key="client"
                text={`{device_id}_0_${scopeId}_0_YYYYMMDDHH`}
                what={t('groups.clientId')}
              />,
            ],
          ]}
        />
        <p className="soft small">{t('groups.howText')}</p>
      </div>
    </Modal>
  )
}
