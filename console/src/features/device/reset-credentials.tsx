import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Button, Checkbox, Input, Modal, Radio } from 'antd'
import { type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceFor } from '../../api/api-error.ts'
import { CopyText } from '../../components/copy-text.tsx'
import { Field } from '../../components/field.tsx'
import { FormDialog } from '../../components/form-dialog.tsx'
import { notify } from '../../components/notices.tsx'
import { useReturnFocus } from '../../components/return-focus.ts'
import { type Device, deviceKey, type Place, type Rank, resetFingerprint, resetSecret } from './device.ts'

interface ResetProps {
  readonly place: Place
  readonly device: Device
  readonly onClose: () => void
}

/** Renders the field in which a fingerprint is entered; it tells '' for none, undefined while it cannot be sent. */
export type FingerprintFieldOf = (field: {
  readonly error: string | undefined
  readonly onValue: (fingerprint: string | undefined) => void
}) => ReactNode

interface ResetFingerprintProps extends ResetProps {
  readonly rank: Rank
  readonly field: FingerprintFieldOf
}

/** Sets one of the two fingerprints, or has the next certificate pinned when none is given. */
export function ResetFingerprint({ place, device, rank: first, field, onClose }: ResetFingerprintProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [fingerprint, setFingerprint] = useState<string | undefined>('')
  const [rank, setRank] = useState(first)
  const [cut, setCut] = useState(false)
  const reset = useMutation({
    mutationFn: () => resetFingerprint(place, { fingerprint: fingerprint ?? '', rank, cut }),
    async onSuccess() {
      await client.invalidateQueries({ queryKey: deviceKey(place) })
      onClose()
      notify(t('device.identity.fingerprintReset'))
    },
  })
  const fault = sentenceFor(reset.error, 'fingerprint')
  return (
    <FormDialog
      title={t('device.identity.resetFingerprint')}
      text={t(
        device.auth_type === 'SECRET'
          ? 'device.identity.becomesCertificate'
          : 'device.identity.resetFingerprintText',
      )}
      submitText={t('common.ok')}
      submitDisabled={fingerprint === undefined}
      busy={reset.isPending}
      error={fault === undefined ? reset.error : null}
      onSubmit={reset.mutate}
      onClose={onClose}
    >
      <RankChoice rank={rank} onRank={setRank} />
      {field({ error: fault, onValue: setFingerprint })}
      <CutChoice cut={cut} onCut={setCut} />
    </FormDialog>
  )
}

/** Sets one of the two secrets, or has one made; what it became is shown. */
export function ResetSecret({
  place,
  device,
  onDone,
  onClose,
}: ResetProps & { readonly onDone: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  useReturnFocus()
  const [secret, setSecret] = useState('')
  const [rank, setRank] = useState<Rank>('PRIMARY')
  const [cut, setCut] = useState(false)
  const reset = useMutation({
    mutationFn: () => resetSecret(place, { secret: secret.trim(), rank, cut }),
    async onSuccess() {
      onDone()
      await client.invalidateQueries({ queryKey: deviceKey(place) })
    },
    // The secret is kept no longer than the dialog shows it.
    gcTime: 0,
  })
  if (reset.data)
    return (
      <Modal
        open
        title={t('device.identity.secretReset')}
        width={480}
        mask={{ closable: false }}
        onCancel={onClose}
        footer={
          <Button type="primary" onClick={onClose}>
            {t('common.close')}
          </Button>
        }
      >
        <div className="form">
          <p className="soft">{t('device.identity.secretResetText')}</p>
          <CopyText text={reset.data.secret} what={t('device.identity.secret')} />
        </div>
      </Modal>
    )
  const fault = sentenceFor(reset.error, 'secret')
  return (
    <FormDialog
      title={t('device.identity.resetSecret')}
      text={t(
        device.auth_type === 'CERTIFICATES'
          ? 'device.identity.becomesSecret'
          : 'device.identity.resetSecretText',
      )}
      submitText={t('common.ok')}
      busy={reset.isPending}
      error={fault === undefined ? reset.error : null}
      onSubmit={reset.mutate}
      onClose={onClose}
    >
      <RankChoice rank={rank} onRank={setRank} />
      <Field label={t('device.identity.secret')} help={t('device.identity.secretHelp')} error={fault}>
        {(control) => (
          <Input.Password
            {...control}
            autoComplete="new-password"
            maxLength={32}
            value={secret}
            onChange={({ target }) => setSecret(target.value)}
          />
        )}
      </Field>
      <CutChoice cut={cut} onCut={setCut} />
    </FormDialog>
  )
}

function RankChoice({ rank, onRank }: { readonly rank: Rank; readonly onRank: (rank: Rank) => void }) {
  const { t } = useTranslation()
  const id = useId()
  return (
    <div className="field">
      <span id={id} className="field-title">
        {t('device.identity.rank')}
      </span>
      <Radio.Group
        aria-labelledby={id}
        value={rank}
        onChange={({ target }) => onRank(target.value as Rank)}
        options={[
          { value: 'PRIMARY', label: t('device.identity.primary') },
          { value: 'SECONDARY', label: t('device.identity.secondary') },
        ]}
      />
    </div>
  )
}

function CutChoice({ cut, onCut }: { readonly cut: boolean; readonly onCut: (cut: boolean) => void }) {
  const { t } = useTranslation()
  return (
    <Checkbox checked={cut} onChange={({ target }) => onCut(target.checked)}>
      {t('device.identity.cut')}
    </Checkbox>
  )
}
