import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { StatusMark } from '../../../components/status-mark.tsx'
import { Time } from '../../../components/time.tsx'
import { DAY } from '../../../lib/time.ts'
import { type MadeFile, filesOfOne } from './files.ts'
import type { Issued } from './issue.ts'

interface MadeFilesProps {
  readonly name: 'rootCA' | 'verificationCert' | 'deviceCert'
  readonly made: Issued
  readonly onSave: (files: readonly MadeFile[]) => void
}

/** What a step has made: whom it names, and its files under the guide's names. */
export function MadeFiles({ name, made, onSave }: MadeFilesProps) {
  const { t } = useTranslation()
  const { subject, keyKind, days, now } = made.request
  return (
    <div className="wizard-made">
      <StatusMark mark="online">
        {t('wizard.madeFor', { name: subject.commonName, key: t(`wizard.${keyKind}`) })}{' '}
        <span className="soft">
          {t('wizard.expires')} <Time at={new Date(now + days * DAY).toISOString()} />
        </span>
      </StatusMark>
      <div className="wrapping">
        {filesOfOne(name, made).map((file) => (
          <Button key={file.name} size="small" icon={<DownloadOutlined />} onClick={() => onSave([file])}>
            {file.name}
          </Button>
        ))}
      </div>
    </div>
  )
}
