import { UploadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { ControlProps } from './field.tsx'

interface FileDropProps {
  /** Of the {@link Field} around it. */
  readonly control?: ControlProps
  /** As in HTML: `.pem,.crt`. A hint to the browser, no check. */
  readonly accept: string
  /** Bytes; a larger file is not read. */
  readonly maxBytes: number
  /** Name of the file that was taken last. */
  readonly chosen?: string | undefined
  readonly onFile: (file: File) => void
}

/** Takes one file, by the button or by dropping it; says when it is too large instead of reading it. */
export function FileDrop({ control, accept, maxBytes, chosen, onFile }: FileDropProps) {
  const { t } = useTranslation()
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const [fault, setFault] = useState<string>()

  const take = (file: File | undefined): void => {
    if (!file) return
    if (file.size > maxBytes) {
      const limit = maxBytes >= 1e6 ? `${Math.round(maxBytes / 1e6)} MB` : `${Math.round(maxBytes / 1e3)} kB`
      setFault(t('common.fileTooLarge', { name: file.name, limit }))
      return
    }
    setFault(undefined)
    onFile(file)
  }

  return (
    <div
      className={over ? 'file-drop over' : 'file-drop'}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        take(event.dataTransfer.files[0])
      }}
    >
      <input
        ref={input}
        type="file"
        className="unseen"
        tabIndex={-1}
        aria-hidden="true"
        accept={accept}
        onChange={(event) => {
          take(event.target.files?.[0])
          // The same file again, once it was mended, is a change too.
          event.target.value = ''
        }}
      />
      <Button
        icon={<UploadOutlined />}
        {...(control && {
          id: control.id,
          'aria-describedby': control['aria-describedby'],
          // What it says, then what for: the label alone would hide what is written on it.
          'aria-labelledby': `${control.id}-act ${control.id}-label`,
        })}
        onClick={() => input.current?.click()}
      >
        <span {...(control && { id: `${control.id}-act` })}>{t('common.selectFile')}</span>
      </Button>
      <span className="faint small">{t('common.dropFile')}</span>
      {chosen !== undefined && fault === undefined && (
        <span className="break small" role="status">
          {t('common.chosenFile', { name: chosen })}
        </span>
      )}
      {fault !== undefined && (
        <p className="field-error" role="alert">
          {fault}
        </p>
      )}
    </div>
  )
}
