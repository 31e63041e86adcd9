import { Button, Modal } from 'antd'
import { type ReactNode, useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useReturnFocus } from './return-focus.ts'
import { ErrorState } from './states.tsx'

interface FormDialogProps {
  readonly title: string
  /** What will happen on saving. */
  readonly text: ReactNode
  readonly submitText: string
  readonly danger?: boolean
  readonly submitDisabled?: boolean
  /** In pixels, where there are more than a few fields. */
  readonly width?: number
  readonly busy: boolean
  /** A failure that is about no field of the form. */
  readonly error: Error | null
  readonly onSubmit: () => void
  readonly onClose: () => void
  readonly children: ReactNode
}

const FIELDS = ':is(input:not([type=file], [type=hidden]), textarea):enabled'

/** A short form over the page. Enter saves, Escape closes; the focus comes back to where it was. Mount it to open it. */
export function FormDialog(props: FormDialogProps) {
  const { title, text, submitText, danger = false, submitDisabled = false, width = 480 } = props
  const { busy, error, onSubmit, onClose, children } = props
  const { t } = useTranslation()
  const formId = useId()
  useReturnFocus()
  return (
    <Modal
      open
      title={title}
      width={width}
      onCancel={onClose}
      mask={{ closable: false }}
      afterOpenChange={(open) => {
        const form = open ? document.getElementById(formId) : null
        // A field that asked for the focus has it; else the first, not the button that closes.
        if (form && !form.contains(document.activeElement)) form.querySelector<HTMLElement>(FIELDS)?.focus()
      }}
      footer={[
        <Button key="cancel" onClick={onClose}>
          {t('common.cancel')}
        </Button>,
        <Button
          key="submit"
          type="primary"
          htmlType="submit"
          form={formId}
          danger={danger}
          loading={busy}
          disabled={submitDisabled}
        >
          {submitText}
        </Button>,
      ]}
    >
      <form
        id={formId}
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (busy || submitDisabled) return
          onSubmit()
          // What is wrong may stand far above the button.
          const form = event.currentTarget
          requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus())
        }}
      >
        <p className="soft">{text}</p>
        {children}
        {error && <ErrorState error={error} />}
      </form>
    </Modal>
  )
}
