import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../../components/copy-text.tsx'
import { Id } from '../../../components/id.tsx'
import { ErrorState } from '../../../components/states.tsx'
import { StatusMark } from '../../../components/status-mark.tsx'
import { type ActName, acts, type Work } from './acts.ts'
import type { Progress } from './use-commissioning.ts'

/** Each act with what came of it. */
export function ActList({ work, progress }: { readonly work: Work; readonly progress: Progress }) {
  const { t } = useTranslation()
  const answers = useAnswers(work)
  return (
    <ol className="wizard-acts" aria-label={t('wizard.acts')} aria-live="polite">
      {acts.map((act) => {
        const done = act.isDone(work)
        const failed = progress.failed?.act === act.name ? progress.failed.error : undefined
        const busy = progress.busy === act.name
        const mark = failed ? 'abnormal' : done ? 'online' : busy ? 'offline' : 'inactive'
        return (
          <li key={act.name}>
            <div className="wrapping">
              <StatusMark mark={mark}>{t(`wizard.act.${act.name}`)}</StatusMark>
              {busy && <span className="soft">{t('wizard.busy')}</span>}
              {done && <span className="soft">{answers[act.name]}</span>}
            </div>
            {failed && <ErrorState error={failed} />}
          </li>
        )
      })}
    </ol>
  )
}

function useAnswers({ certificateId = '', code = '', registered, device }: Work): {
  readonly [A in ActName]: ReactNode
} {
  const { t } = useTranslation()
  return {
    makeCa: t('wizard.answer.made'),
    uploadCa: (
      <>
        {t('wizard.answer.uploaded')} <Id value={certificateId} what={t('caCertificates.id')} />
      </>
    ),
    makeVerification:
      code === '' ? (
        t('wizard.answer.made')
      ) : (
        <>
          {t('wizard.answer.withCode')} <Id value={code} what={t('verification.code')} />
        </>
      ),
    verify: t('wizard.answer.verified'),
    makeDevice: device && <Id value={device.fingerprint} what={t('certificate.sha256')} />,
    register: registered && <CopyText text={registered.device_id} what={t('wizard.deviceId')} />,
  }
}
