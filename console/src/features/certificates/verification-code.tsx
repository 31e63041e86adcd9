import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../components/code-block.tsx'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { signedCommands } from './openssl-commands.ts'

const DAYS = 500

/** The verification code, and the commands that make the verification certificate of it (guide S54–S60). */
export function VerificationCode({ code }: { readonly code: string }) {
  const { t } = useTranslation()
  const request = { name: 'verificationCert', keyKind: 'rsa', days: DAYS } as const
  return (
    <div className="form">
      <Facts
        facts={[[t('verification.code'), <CopyText key="code" text={code} what={t('verification.code')} />]]}
      />
      <p className="soft">{t('verification.commandsText')}</p>
      <CodeBlock
        text={signedCommands({ ...request, subject: `/CN=${code}` })}
        what={t('verification.commands')}
      />
      <details>
        <summary>{t('verification.interactive')}</summary>
        <p className="soft">{t('verification.interactiveText')}</p>
        <CodeBlock text={signedCommands(request)} what={t('verification.interactive')} />
      </details>
    </div>
  )
}
