import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CertificateInput } from '../../components/certificate-input.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { ErrorState } from '../../components/states.tsx'
import { certificatesKey } from './certificates.ts'
import { type OwnCertificate, verifyCertificate } from './own-certificates.ts'
import { VerificationCode } from './verification-code.tsx'

interface VerifyProps {
  readonly projectId: string
  readonly certificate: OwnCertificate
}

function useVerification({ projectId, certificate }: VerifyProps, onVerified: () => void) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [content, setContent] = useState('')
  const verify = useMutation({
    mutationFn: () => verifyCertificate(projectId, certificate.certificate_id, content),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: certificatesKey(projectId) })
      onVerified()
      notify(t('verification.done', { name: certificate.cn_name }))
    },
  })
  return {
    verify,
    ready: content.trim() !== '',
    input: (
      <CertificateInput
        label={t('verification.certificate')}
        help={t('verification.certificateHelp')}
        value={content}
        onChange={(next) => {
          setContent(next)
          verify.reset()
        }}
      />
    ),
  }
}

/** **Upload Verification Certificate** over a list (guide S61–S63). Mount it to open it. */
export function VerifyDialog({ onClose, ...props }: VerifyProps & { readonly onClose: () => void }) {
  const { t } = useTranslation()
  const { verify, ready, input } = useVerification(props, onClose)
  return (
    <FormDialog
      title={t('verification.upload')}
      text={t('verification.text', { name: props.certificate.cn_name })}
      width={720}
      submitText={t('common.ok')}
      submitDisabled={!ready}
      busy={verify.isPending}
      error={verify.error}
      onSubmit={verify.mutate}
      onClose={onClose}
    >
      <VerificationCode code={props.certificate.verify_code} />
      {input}
    </FormDialog>
  )
}

/** The same as a part of the certificate's own page; the status beside it changes in place. */
export function VerifyPanel(props: VerifyProps) {
  const { t } = useTranslation()
  const { verify, ready, input } = useVerification(props, () => undefined)
  return (
    <Panel
      title={t('verification.upload')}
      text={t('verification.text', { name: props.certificate.cn_name })}
    >
      <VerificationCode code={props.certificate.verify_code} />
      <form
        className="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault()
          if (ready && !verify.isPending) verify.mutate()
        }}
      >
        {input}
        {verify.error && <ErrorState error={verify.error} />}
        <div>
          <Button type="primary" htmlType="submit" loading={verify.isPending} disabled={!ready}>
            {t('common.ok')}
          </Button>
        </div>
      </form>
    </Panel>
  )
}
