import { CheckOutlined, CopyOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { copyToClipboard } from '../lib/clipboard.ts'

interface CopyButtonProps {
  readonly text: string
  /** Name of what is copied, for those who do not see where the button stands. */
  readonly what: string
}

type Outcome = 'copied' | 'failed'

/** Copies on one click and says that it did. */
export function CopyButton({ text, what }: CopyButtonProps) {
  const { t } = useTranslation()
  const [outcome, setOutcome] = useState<Outcome>()

  useEffect(() => {
    if (!outcome) return undefined
    const timer = setTimeout(() => setOutcome(undefined), 2000)
    return () => clearTimeout(timer)
  }, [outcome])

  const said = outcome && t(outcome === 'copied' ? 'common.copied' : 'common.copyFailed')
  return (
    <>
      <Tooltip title={said ?? t('common.copyNamed', { what })} {...(said !== undefined && { open: true })}>
        <Button
          type="text"
          size="small"
          className="copy-button"
          aria-label={t('common.copyNamed', { what })}
          icon={outcome === 'copied' ? <CheckOutlined /> : <CopyOutlined />}
          onClick={() => {
            void copyToClipboard(text).then((done) => setOutcome(done ? 'copied' : 'failed'))
          }}
        />
      </Tooltip>
      <span className="unseen" role="status">
        {said}
      </span>
    </>
  )
}

interface CopyTextProps extends CopyButtonProps {
  /** In the monospace face: what a machine will read. */
  readonly code?: boolean
}

/** A text with a button that copies it. */
export function CopyText({ text, what, code = true }: CopyTextProps) {
  return (
    <span className="copy-text">
      <span className={code ? 'code' : undefined}>{text}</span>
      <CopyButton text={text} what={what} />
    </span>
  )
}
