import { Input } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readCertificateFile, readCertificateText, type ReadCertificate } from '../lib/pem.ts'
import { Field } from './field.tsx'
import { FileDrop } from './file-drop.tsx'

/** A certificate is a few kilobytes; what is much larger is something else. */
const FILE_BYTES_MAX = 64_000

interface CertificateInputProps {
  readonly label: string
  readonly help?: string
  /** The PEM text, or ''. */
  readonly value: string
  readonly onChange: (pem: string) => void
  /** The platform's sentence about it. */
  readonly error?: string | undefined
}

/**
 * Takes a certificate by **Select File**, by dropping it, or pasted as PEM; DER becomes PEM here. A private key is
 * refused before any of it is sent or kept. Its texts are those of part `certificates`.
 */
export function CertificateInput({ label, help, value, onChange, error }: CertificateInputProps) {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<string>()
  const [fault, setFault] = useState<'private-key' | 'binary'>()

  const take = (read: ReadCertificate, name: string | undefined): void => {
    setChosen(name)
    setFault(read.kind === 'text' ? undefined : read.kind)
    onChange(read.kind === 'text' ? read.text : '')
  }
  const ownFault =
    fault && t(fault === 'private-key' ? 'certificateInput.privateKey' : 'certificateInput.binary')

  return (
    <>
      <Field label={label} help={help} error={ownFault ?? error}>
        {(control) => (
          <FileDrop
            control={control}
            accept=".pem,.crt,.cer,.cert,.der"
            maxBytes={FILE_BYTES_MAX}
            chosen={fault ? undefined : chosen}
            onFile={(file) =>
              void file
                .arrayBuffer()
                .then((bytes) => take(readCertificateFile(new Uint8Array(bytes)), file.name))
            }
          />
        )}
      </Field>
      <Field label={t('certificateInput.paste')}>
        {({ status, ...control }) => (
          <Input.TextArea
            {...control}
            status={status}
            className="code"
            autoComplete="off"
            spellCheck={false}
            rows={4}
            maxLength={FILE_BYTES_MAX}
            placeholder="-----BEGIN CERTIFICATE-----"
            value={value}
            onChange={({ target }) => take(readCertificateText(target.value), undefined)}
          />
        )}
      </Field>
    </>
  )
}
