import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Select } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { CertificateInput } from '../../components/certificate-input.tsx'
import { CertificateView } from '../../components/certificate-view.tsx'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { useLanguage } from '../../components/language.ts'
import { notify } from '../../components/notices.tsx'
import { Answer } from '../../components/states.tsx'
import { certificatesKey } from './certificates.ts'
import { explainedQuery, uploadCertificate } from './own-certificates.ts'

interface UploadCertificateProps {
  readonly projectId: string
  readonly spaces: readonly { readonly app_id: string; readonly app_name: string }[]
  /** The resource space that is looked at. */
  readonly space: string | undefined
  readonly onClose: () => void
}

/** **Upload Certificate** (guide S41–S46): shows the certificate decoded before it is saved. Mount it to open it. */
export function UploadCertificate({ projectId, spaces, space: initial, onClose }: UploadCertificateProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const client = useQueryClient()
  const [content, setContent] = useState('')
  const [space, setSpace] = useState(initial)
  const explained = useQuery(explainedQuery(projectId, content, language))
  const upload = useMutation({
    mutationFn: () => uploadCertificate(projectId, content, space),
    async onSuccess({ cn_name: name }) {
      await client.invalidateQueries({ queryKey: certificatesKey(projectId) })
      onClose()
      notify(t('caCertificates.uploaded', { name }))
    },
  })
  const contentFault = sentenceFor(upload.error, 'content')
  return (
    <FormDialog
      title={t('caCertificates.upload')}
      text={t('caCertificates.uploadText')}
      width={640}
      submitText={t('common.ok')}
      submitDisabled={explained.data?.kind !== 'certificates'}
      busy={upload.isPending}
      error={contentFault === undefined ? upload.error : null}
      onSubmit={upload.mutate}
      onClose={onClose}
    >
      <Field label={t('caCertificates.space')} help={t('caCertificates.spaceHelp')}>
        {({ id, status, 'aria-describedby': describedBy }) => (
          <Select
            id={id}
            status={status}
            aria-describedby={describedBy}
            allowClear
            placeholder={t('common.optional')}
            value={space}
            onChange={(next: string | undefined) => setSpace(next)}
            options={spaces.map(({ app_id: value, app_name: label }) => ({ value, label }))}
          />
        )}
      </Field>
      <CertificateInput
        label={t('caCertificates.file')}
        help={t('caCertificates.fileHelp')}
        value={content}
        error={contentFault}
        onChange={(next) => {
          setContent(next)
          upload.reset()
        }}
      />
      {content.trim() !== '' && (
        <div aria-live="polite">
          <Answer of={explained}>
            {({ certificates, problems }) => (
              <div className="lines">
                {problems.map(({ code, sentence, remedy }) => (
                  <p key={code} className="field-error" role="alert">
                    {sentence} {remedy}
                  </p>
                ))}
                {certificates.map((certificate) => (
                  <div key={certificate.fingerprints.sha256} className="chain-certificate">
                    <CertificateView certificate={certificate} of="ca" form="compact" />
                  </div>
                ))}
              </div>
            )}
          </Answer>
        </div>
      )}
    </FormDialog>
  )
}
