import { DownloadOutlined } from '@ant-design/icons'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { Panel } from '../../components/panel.tsx'
import { Answer, EmptyState, ErrorState } from '../../components/states.tsx'
import { Tabs } from '../../components/tabs.tsx'
import { TextField } from '../../components/text-field.tsx'
import { saveFile } from '../../lib/download.ts'
import { ClientPanel } from './client-panel.tsx'
import { type DeviceCertificate, kitFiles, clientNames, kitOf, reportTopic, signedLogin } from './kit.ts'
import type { KitFacts } from './kit-facts.ts'
import { platformQuery, revealSecret, servicesQuery } from './kits.ts'
import { readme } from './readme.ts'
import { sampleReport } from '../../lib/sample-report.ts'
import './kits.css'

/** As much of a device as a kit needs. */
export interface KitDevice {
  readonly device_id: string
  readonly node_id: string
  readonly auth_type: 'SECRET' | 'CERTIFICATES'
  readonly product_id: string
  readonly app_id: string
}

interface ConnectionKitProps {
  readonly projectId: string
  readonly device: KitDevice
  /** From this browser's memory, e.g. when the wizard has just made it; it goes into the files and nowhere else. */
  readonly certificate?: DeviceCertificate
}

/** What one device needs to report with each of the usual clients, filled in, and all of it as one archive. */
export function ConnectionKit({ projectId, device, certificate }: ConnectionKitProps) {
  const { t } = useTranslation()
  const platform = useQuery(platformQuery(projectId))
  const services = useQuery(servicesQuery(projectId, device.product_id, device.app_id))
  return (
    <Answer of={platform}>
      {({ public_host: host, listeners, ca }) => {
        const port = listeners.find(({ name }) => name === 'mqtts')?.port
        if (host === undefined || port === undefined || !ca) return <EmptyState text={t('kits.noTls')} />
        return (
          <Answer of={services}>
            {(model) => (
              <Kit
                key={device.device_id}
                {...{ projectId, device, certificate, host, port }}
                platformCa={ca.content}
                report={sampleReport(model)}
              />
            )}
          </Answer>
        )
      }}
    </Answer>
  )
}

interface KitProps extends Pick<KitFacts, 'host' | 'port' | 'platformCa'> {
  readonly projectId: string
  readonly device: KitDevice
  readonly certificate: DeviceCertificate | undefined
  /** Undefined: the product's model has no property yet. */
  readonly report: object | undefined
}

function Kit({ projectId, device, certificate, report, ...place }: KitProps) {
  const { t } = useTranslation()
  const { device_id: deviceId, auth_type: authType } = device
  const [now] = useState(() => Date.now())
  const [client, setClient] = useState<string>()
  const [folder, setFolder] = useState('')
  const reveal = useMutation({ mutationFn: () => revealSecret(projectId, deviceId) })
  const bySecret = authType === 'SECRET'
  const { clientId, ...login } = signedLogin(deviceId, reveal.data?.secret, now)
  const facts: KitFacts = {
    ...place,
    deviceId,
    clientId,
    login: bySecret ? login : undefined,
    topic: reportTopic(deviceId),
    report: report ?? { services: [{ service_id: '<service_id>', properties: {} }] },
    ...(folder.trim() !== '' && { folder: folder.trim() }),
  }

  const zip = useMutation({
    mutationFn: async () => {
      const { kitZip } = await import('./kit-zip.ts')
      const text = readme(
        {
          title: t('kits.readme.title', { device: deviceId }),
          intro: t('kits.readme.intro'),
          needCertificate: t('kits.readme.needCertificate'),
          secretNote: reveal.data?.secret === undefined ? t('kits.hiddenHelp') : t('kits.readme.secretNote'),
          chapters: clientNames.map((name) => ({
            name: t(`kits.clients.${name}.name`),
            steps: [t(`kits.clients.${name}.text`)],
            kit: kitOf[name](facts),
          })),
        },
        { isCertificate: !bySecret, hasCertificate: certificate !== undefined },
      )
      const name = `quayside-${deviceId}`
      saveFile(
        `${name}.zip`,
        kitZip(name, [{ path: 'README.txt', text }, ...kitFiles(facts, certificate)]),
        'application/zip',
      )
    },
  })

  return (
    <div className="kit">
      <Panel
        title={t('kits.title')}
        text={t('kits.text')}
        extra={
          <Button
            type="primary"
            icon={<DownloadOutlined />}
            loading={zip.isPending}
            onClick={() => zip.mutate()}
          >
            {t('kits.downloadAll')}
          </Button>
        }
      >
        {zip.error && <ErrorState error={zip.error} retry={() => zip.mutate()} />}
        {!bySecret && !certificate && <p className="warning-box">{t('kits.bringCertificate')}</p>}
        {!report && <p className="warning-box">{t('kits.noModel')}</p>}
        <Facts
          facts={[
            [t('kits.host'), <CopyText key="host" text={facts.host} what={t('kits.host')} />],
            [t('kits.port'), <CopyText key="port" text={String(facts.port)} what={t('kits.port')} />],
            [t('kits.clientId'), <CopyText key="client" text={clientId} what={t('kits.clientId')} />],
            [t('kits.userName'), <CopyText key="user" text={deviceId} what={t('kits.userName')} />],
            [t('kits.password'), passwordCell()],
            [t('kits.topic'), <CopyText key="topic" text={facts.topic} what={t('kits.topic')} />],
          ]}
        />
        {reveal.error && <ErrorState error={reveal.error} />}
      </Panel>
      <Panel title={t('kits.clientsTitle')} text={t('kits.clientsText')}>
        <Tabs
          label={t('kits.clientsTitle')}
          value={client}
          onChange={setClient}
          tabs={clientNames.map((name) => ({
            key: name,
            name: t(`kits.clients.${name}.name`),
            children: (
              <ClientPanel name={name} facts={facts}>
                {name === 'mqttx' && (
                  <TextField
                    label={t('kits.folder')}
                    help={t('kits.folderHelp')}
                    className="kit-folder"
                    spellCheck={false}
                    placeholder={`/home/me/quayside-${deviceId}`}
                    value={folder}
                    onChange={setFolder}
                  />
                )}
              </ClientPanel>
            ),
          }))}
        />
      </Panel>
    </div>
  )

  function passwordCell() {
    if (!bySecret) return <span className="soft">{t('kits.passwordBlank')}</span>
    if (reveal.data?.secret !== undefined) return <CopyText text={login.password} what={t('kits.password')} />
    return (
      <span className="wrapping">
        <span className="code">••••••••</span>
        <Button size="small" loading={reveal.isPending} onClick={() => reveal.mutate()}>
          {t('kits.reveal')}
        </Button>
        <span className="faint small">{t('kits.hiddenHelp')}</span>
      </span>
    )
  }
}
