import { DownloadOutlined } from '@ant-design/icons'
import { useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CertificateView } from '../../../components/certificate-view.tsx'
import { useLanguage } from '../../../components/language.ts'
import { Answer } from '../../../components/states.tsx'
import { StatusMark } from '../../../components/status-mark.tsx'
import { Time } from '../../../components/time.tsx'
import { DAY } from '../../../lib/time.ts'
import { explainedQuery } from '../own-certificates.ts'
import { type MadeFile, filesOfOne } from './files.ts'
import type { Issued } from './issue.ts'

interface MadeFilesProps {
  readonly projectId: string
  readonly name: 'rootCA' | 'verificationCert' | 'deviceCert'
  readonly made: Issued
  readonly onSave: (files: readonly MadeFile[]) => void
}

/** What a step has made: whom it names, and its files under the guide's names. */
export function MadeFiles({ projectId, name, made, onSave }: MadeFilesProps) {
  const { t } = useTranslation()
  const { subject, keyKind, days, now } = made.request
  const [open, setOpen] = useState(false)
  // The certificate alone is sent, and kept nowhere.
  const explained = useQuery(explainedQuery(projectId, open ? made.pem : '', useLanguage()))
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
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>{t('certificate.details')}</summary>
        {open && (
          <Answer of={explained}>
            {({ certificates: [certificate] }) =>
              certificate && (
                <CertificateView certificate={certificate} of={name === 'rootCA' ? 'ca' : 'device'} />
              )
            }
          </Answer>
        )}
      </details>
    </div>
  )
}
