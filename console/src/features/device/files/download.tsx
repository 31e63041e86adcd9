import { useQuery } from '@tanstack/react-query'
import { Button, Modal } from 'antd'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../../components/code-block.tsx'
import { useReturnFocus } from '../../../components/return-focus.ts'
import { Answer } from '../../../components/states.tsx'
import { Time } from '../../../components/time.tsx'
import type { Place } from '../device.ts'
import { type DeviceFile, downloadAddress, filesKey, lastPart, shellWord } from './files.ts'

interface DownloadProps {
  readonly place: Place
  readonly file: DeviceFile
  readonly onClose: () => void
}

/** The address of a file, for this browser and for a terminal: files do not pass through the API. */
export function Download({ place, file, onClose }: DownloadProps) {
  const { t } = useTranslation()
  const { file_id: id, file_name: name } = file
  useReturnFocus()
  const address = useQuery({
    queryKey: [...filesKey(place), 'address', id],
    queryFn: () => downloadAddress(place, id),
    // Each opening has one of its own, which holds as long as it can.
    gcTime: 0,
    staleTime: Infinity,
  })
  return (
    <Modal
      open
      title={t('files.downloadTitle', { name })}
      width={560}
      mask={{ closable: false }}
      onCancel={onClose}
      footer={<Button onClick={onClose}>{t('common.close')}</Button>}
    >
      <Answer of={address}>
        {({ url, expire_time: end }) => (
          <div className="form">
            <p className="soft">
              {t('files.addressText')} <Time at={end} />
            </p>
            <div>
              <Button type="primary" href={url} target="_blank" rel="noreferrer">
                {t('files.openAddress')}
              </Button>
            </div>
            <CodeBlock text={`curl -o ${shellWord(lastPart(name))} '${url}'`} what={t('files.command')} />
            <p className="field-help">{t('files.caHelp')}</p>
          </div>
        )}
      </Answer>
    </Modal>
  )
}
