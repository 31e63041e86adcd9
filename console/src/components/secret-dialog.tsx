import { Button, Modal } from 'antd'
import type { ReactNode } from 'react'
import { CopyText } from './copy-text.tsx'
import { Facts } from './facts.tsx'

interface SecretDialogProps {
  readonly title: string
  /** That it is not shown again, and what to do if it is lost. */
  readonly warning: string
  /** What the button says, and whoever presses it. */
  readonly storedText: string
  /** The secret and what goes with it, by name. */
  readonly texts: readonly (readonly [name: string, text: string])[]
  /** How it is used. */
  readonly children?: ReactNode
  readonly onClose: () => void
}

/**
 * A secret that the platform shows this once. Closes by its button alone: a slip beside the dialog, or Escape, must not
 * lose the secret.
 */
export function SecretDialog({ title, warning, storedText, texts, children, onClose }: SecretDialogProps) {
  return (
    <Modal
      open
      title={title}
      width={600}
      closable={false}
      keyboard={false}
      mask={{ closable: false }}
      footer={
        <Button type="primary" onClick={onClose}>
          {storedText}
        </Button>
      }
    >
      <div className="form">
        <p className="warning-box" role="alert">
          {warning}
        </p>
        <Facts facts={texts.map(([name, text]) => [name, <CopyText key={name} text={text} what={name} />])} />
        {children}
      </div>
    </Modal>
  )
}
