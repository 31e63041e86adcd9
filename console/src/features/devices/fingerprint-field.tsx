import { Input } from 'antd'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../components/code-block.tsx'
import { Field } from '../../components/field.tsx'
import { FileDrop } from '../../components/file-drop.tsx'
import { useLanguage } from '../../components/language.ts'
import { ErrorState } from '../../components/states.tsx'
import { fingerprintText } from '../../lib/format.ts'
import { dayOf, parseWireTime } from '../../lib/time.ts'
import { FILE_BYTES_MAX } from './fingerprint.ts'
import { type FingerprintState, isOfAnother } from './use-fingerprint.ts'
import './devices.css'

const COMMAND = 'openssl x509 -fingerprint -sha256 -in deviceCert.pem'

interface FingerprintFieldProps {
  readonly state: FingerprintState
  /** The platform's sentence about it, once it was sent. */
  readonly error?: string | undefined
}

/** Takes a fingerprint as any tool prints it, or the certificate itself, and says what it was understood as. */
export function FingerprintField({ state, error }: FingerprintFieldProps) {
  const { t } = useTranslation()
  const fault = useFault(state)
  return (
    <>
      <Field label={t('fingerprint.label')} help={t('fingerprint.help')} error={fault ?? error}>
        {(control) => (
          <Input.TextArea
            {...control}
            className="code"
            rows={3}
            autoComplete="off"
            spellCheck={false}
            maxLength={FILE_BYTES_MAX}
            placeholder="A1:B2:C3:…"
            value={state.text}
            onChange={(event) => state.setText(event.target.value)}
          />
        )}
      </Field>
      <Seen state={state} />
      <FileDrop
        accept=".pem,.crt,.cer,.der,.txt"
        maxBytes={FILE_BYTES_MAX}
        chosen={state.file}
        onFile={state.setFile}
      />
      <div className="lines">
        <span className="soft small">{t('fingerprint.command')}</span>
        <CodeBlock text={COMMAND} what={t('fingerprint.commandName')} />
      </div>
    </>
  )
}

/** Why what stands in the field cannot be sent; undefined when it can, or while it is being read. */
function useFault({ understood, explained: { data } }: FingerprintState): string | undefined {
  const { t } = useTranslation()
  switch (understood.kind) {
    case 'empty':
    case 'fingerprint':
      return undefined
    case 'private-key':
      return t('fingerprint.privateKey')
    case 'digits':
      return t('fingerprint.digits', { count: understood.count })
    case 'unreadable':
      return t('fingerprint.unreadable')
    case 'certificate':
      if (!data) return undefined
      if (data.certificates.length === 0) return data.problems.map(({ sentence }) => sentence).join(' ')
      return isOfAnother(understood.told, data) ? t('fingerprint.differs') : undefined
  }
}

/** What it was understood as. */
function Seen({ state: { understood, explained, value } }: { readonly state: FingerprintState }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const [first, ...others] = explained.data?.certificates ?? []
  return (
    <div role="status" className="fingerprint-seen">
      {understood.kind === 'empty' && <p className="soft">{t('fingerprint.empty')}</p>}
      {understood.kind === 'fingerprint' && <p>{t('fingerprint.seen', { digest: understood.digest })}</p>}
      {understood.kind === 'certificate' && explained.error && (
        <ErrorState error={explained.error} retry={explained.refetch} />
      )}
      {understood.kind === 'certificate' && !explained.data && !explained.error && (
        <p className="soft">{t('fingerprint.reading')}</p>
      )}
      {understood.kind === 'certificate' && first && value && (
        <>
          <p className="break">
            {t('fingerprint.seenCertificate', {
              subject: first.subject,
              until: dayOf(parseWireTime(first.not_after) ?? 0, language),
            })}
          </p>
          {others.length > 0 && <p>{t('fingerprint.seenMore', { count: others.length + 1 })}</p>}
          {first.problems.map(({ code, sentence, remedy }) => (
            <p key={code} className="warning-box">
              {sentence} {remedy}
            </p>
          ))}
        </>
      )}
      {value?.hex !== undefined && <code className="break">{fingerprintText(value.hex)}</code>}
    </div>
  )
}
