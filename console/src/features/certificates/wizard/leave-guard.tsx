import { useBlocker } from '@tanstack/react-router'
import { Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'

interface LeaveGuardProps {
  /** Names of the keys that nobody has downloaded. */
  readonly unsaved: readonly string[]
  readonly onSave: () => Promise<void>
}

/** Asks before keys are lost with the page: they exist nowhere else. */
export function LeaveGuard({ unsaved, onSave }: LeaveGuardProps) {
  const { t } = useTranslation()
  const { status, proceed, reset } = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved.length > 0 && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved.length > 0,
    withResolver: true,
  })
  if (status !== 'blocked') return null
  return (
    <Modal
      open
      title={t('wizard.leave')}
      onCancel={reset}
      footer={[
        <Button key="stay" onClick={reset}>
          {t('wizard.stay')}
        </Button>,
        <Button key="without" danger onClick={proceed}>
          {t('wizard.leaveWithout')}
        </Button>,
        <Button key="save" type="primary" onClick={() => void onSave().then(proceed)}>
          {t('wizard.saveAndLeave')}
        </Button>,
      ]}
    >
      <p>{t('wizard.leaveText', { names: unsaved.join(', ') })}</p>
    </Modal>
  )
}
