import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Modal } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../../api/api-error.ts'
import { CodeBlock } from '../../../components/code-block.tsx'
import { FormDialog } from '../../../components/form-dialog.tsx'
import { TextField } from '../../../components/text-field.tsx'
import { Time } from '../../../components/time.tsx'
import type { Place } from '../device.ts'
import { filesKey, lastPart, shellWord, uploadAddress } from './files.ts'

interface UploadFileProps {
  readonly place: Place
  readonly onClose: () => void
}

/** Asks for a name, then shows the address that a file of that name goes to. */
export function UploadFile({ place, onClose }: UploadFileProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [name, setName] = useState('')
  const [tried, setTried] = useState(false)
  const ask = useMutation({ mutationFn: () => uploadAddress(place, name.trim()), gcTime: 0 })
  const said = sentenceFor(ask.error, 'file_name')
  if (ask.data)
    return (
      <Modal
        open
        title={t('files.uploadTitle')}
        width={560}
        mask={{ closable: false }}
        onCancel={onClose}
        okText={t('files.uploadDone')}
        cancelText={t('common.close')}
        onOk={() => {
          void client.invalidateQueries({ queryKey: filesKey(place) })
          onClose()
        }}
      >
        <div className="form">
          <p className="soft">
            {t('files.uploadAddressText')} <Time at={ask.data.expire_time} />
          </p>
          <CodeBlock
            text={`curl -T ${shellWord(lastPart(name.trim()))} '${ask.data.url}'`}
            what={t('files.command')}
          />
          <p className="field-help">{t('files.caHelp')}</p>
        </div>
      </Modal>
    )
  return (
    <FormDialog
      title={t('files.uploadTitle')}
      text={t('files.uploadText')}
      submitText={t('files.getAddress')}
      busy={ask.isPending}
      error={said === undefined ? ask.error : null}
      onSubmit={() => {
        setTried(true)
        if (name.trim() !== '') ask.mutate()
      }}
      onClose={onClose}
    >
      <TextField
        label={t('files.name')}
        help={t('files.nameHelp')}
        error={tried && name.trim() === '' ? t('files.needName') : said}
        autoFocus
        code
        placeholder="map.bin"
        value={name}
        onChange={setName}
      />
    </FormDialog>
  )
}
