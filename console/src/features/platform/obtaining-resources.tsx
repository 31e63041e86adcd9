import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { useTranslation } from 'react-i18next'
import { CopyButton } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { useLanguage } from '../../components/language.ts'
import { Panel } from '../../components/panel.tsx'
import { Time } from '../../components/time.tsx'
import { fingerprintText } from '../../lib/format.ts'
import { dayOf, parseWireTime } from '../../lib/time.ts'
import type { Platform } from './platform.ts'

/** The CA that devices must trust (the guide's "Obtaining Resources"). */
export function ObtainingResources({ ca }: { readonly ca: NonNullable<Platform['ca']> }) {
  const { t } = useTranslation()
  const language = useLanguage()
  const expiresAt = parseWireTime(ca.expires_at)
  return (
    <Panel level={3} title={t('resources.title')} text={t('resources.text')}>
      <Facts
        facts={[
          [
            t('resources.platformCa'),
            <span key="ca" className="wrapping">
              <Button
                href="/resources/platform-ca.pem"
                download="platform-ca.pem"
                icon={<DownloadOutlined />}
              >
                {t('resources.download')}
              </Button>
              <CopyButton text={ca.content} what={t('resources.platformCa')} />
            </span>,
          ],
          [t('resources.subject'), <span key="subject">{ca.subject}</span>],
          [
            t('resources.fingerprint'),
            <span key="fingerprint" className="copy-text">
              <span className="code break">{fingerprintText(ca.fingerprint)}</span>
              <CopyButton text={ca.fingerprint} what={t('resources.fingerprint')} />
            </span>,
          ],
          [
            t('resources.expires'),
            <span key="expires" className="wrapping">
              {expiresAt !== undefined && <span>{dayOf(expiresAt, language)}</span>}
              <span className="soft">
                <Time at={ca.expires_at} />
              </span>
            </span>,
          ],
        ]}
      />
    </Panel>
  )
}
