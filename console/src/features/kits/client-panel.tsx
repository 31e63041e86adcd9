import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../components/code-block.tsx'
import { CopyButton } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { saveFile } from '../../lib/download.ts'
import { mosquittoLine } from './clients/mosquitto.ts'
import { mqttfxValues } from './clients/mqttfx.ts'
import { type ClientName, kitOf } from './kit.ts'
import { type KitFacts, reportFile } from './kit-facts.ts'

interface ClientPanelProps {
  readonly name: ClientName
  readonly facts: KitFacts
  readonly children?: ReactNode
}

/** One client: what to install, what to run, and its files, each to copy or download. */
export function ClientPanel({ name, facts, children }: ClientPanelProps) {
  const { t } = useTranslation()
  const { install, run, files } = kitOf[name](facts)
  return (
    <div className="kit-client">
      <p className="soft">{t(`kits.clients.${name}.text`)}</p>
      {name === 'mqttfx' && (
        <>
          <p className="warning-box">{t('kits.mqttfxOld')}</p>
          <Facts
            facts={mqttfxValues(facts).map(([field, value]) => [
              field,
              value === '' ? (
                <span key={field} className="soft">
                  {t('kits.leaveBlank')}
                </span>
              ) : (
                <span key={field} className="copy-text">
                  <span className="code">{value}</span>
                  <CopyButton text={value} what={field} />
                </span>
              ),
            ])}
          />
          <CodeBlock text={JSON.stringify(facts.report, undefined, 2)} what={reportFile} />
        </>
      )}
      {children}
      {name === 'mosquitto' && <Step title={t('kits.line')} text={mosquittoLine(facts)} />}
      {install !== undefined && <Step title={t('kits.install')} text={install} />}
      {run !== undefined && <Step title={t('kits.run')} text={run} />}
      {files.map(({ path, text }) => {
        const file = path.slice(path.lastIndexOf('/') + 1)
        return (
          <section key={path} className="kit-file" aria-label={path}>
            <div className="item-head">
              <h3 className="code">{path}</h3>
              <Button
                size="small"
                type="text"
                icon={<DownloadOutlined />}
                aria-label={`${t('common.download')} ${path}`}
                onClick={() => saveFile(file, text, 'text/plain')}
              >
                {t('common.download')}
              </Button>
            </div>
            <CodeBlock text={text} what={path} />
          </section>
        )
      })}
    </div>
  )
}

function Step({ title, text }: { readonly title: string; readonly text: string }) {
  return (
    <section className="kit-file" aria-label={title}>
      <h3>{title}</h3>
      <CodeBlock text={text} what={title} />
    </section>
  )
}
