import { DownloadOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { CodeBlock } from '../../../components/code-block.tsx'
import { Panel } from '../../../components/panel.tsx'
import { TextField } from '../../../components/text-field.tsx'
import { saveFile } from '../../../lib/download.ts'
import { caCommands, signedCommands } from '../openssl-commands.ts'
import {
  type ActName,
  acts,
  type CertificatePlan,
  type Plan,
  type RegisteredDevice,
  type Registration,
  type Work,
} from './acts.ts'
import { CertificateForm } from './certificate-form.tsx'
import { filesOf, keysToKeep, type MadeFile, zipOf } from './files.ts'
import { LeaveGuard } from './leave-guard.tsx'
import { MadeFiles } from './made-files.tsx'
import { RegisterStep } from './register-step.tsx'
import { emptySubject, isSameSubject, subjectFault, subjectOption } from './subject.ts'
import { useCommissioning } from './use-commissioning.ts'
import './wizard.css'

/** A device that was registered here, with what exists of it in this page alone. */
export interface CommissionedDevice {
  readonly device: RegisteredDevice
  readonly certificate: { readonly certificatePem: string; readonly keyPem: string }
}

interface WizardProps {
  readonly projectId: string
  readonly space: string | undefined
  /** Where the browser offers its cryptography; undefined when it does so here. */
  readonly insecure: ReactNode | undefined
  /** Links to what can be done with a registered device. */
  readonly links: (deviceId: string) => ReactNode
  /** What the device needs to connect. */
  readonly kit: (commissioned: CommissionedDevice) => ReactNode
}

const named = (commonName: string, days: number): CertificatePlan => ({
  subject: { ...emptySubject, commonName },
  keyKind: 'rsa',
  days,
})

/**
 * Makes a commissioning CA, its verification certificate and a device certificate in the browser (guide S47–S70), and
 * registers the device with it. Keys never leave the page but by download.
 */
export function Wizard({ projectId, space, insecure, links, kit }: WizardProps) {
  const { t } = useTranslation()
  const { work, progress, run, reset } = useCommissioning(projectId)
  // The guide's periods; names that differ, so that no TLS library takes the device's certificate for self-signed.
  const [ca, setCa] = useState(() => named('Commissioning CA', 1024))
  const [device, setDevice] = useState(() => named('device-1', 500))
  const [code, setCode] = useState('')
  const [registration, setRegistration] = useState<Partial<Registration>>({})
  const [tried, setTried] = useState<readonly ActName[]>([])
  const [saved, setSaved] = useState<ReadonlySet<string>>(new Set())

  const files = filesOf(work)
  const unsaved = keysToKeep(files).filter(({ content }) => !saved.has(content))
  const plan: Plan = {
    projectId,
    ca,
    device,
    code,
    registration: {
      product: registration.product,
      nodeId: registration.nodeId ?? device.subject.commonName.replaceAll(/[^A-Za-z0-9_-]+/g, '-'),
      deviceName: registration.deviceName ?? '',
    },
  }
  const blocked = insecure !== undefined || progress.busy !== undefined

  const save = async (chosen: readonly MadeFile[]): Promise<void> => {
    const [only, ...more] = chosen
    if (only && more.length === 0) saveFile(only.name, only.content, 'application/x-pem-file')
    else saveFile('commissioning.zip', await zipOf(chosen), 'application/zip')
    setSaved((before) => new Set([...before, ...chosen.map(({ content }) => content)]))
  }
  const saveSome = (chosen: readonly MadeFile[]): void => void save(chosen)
  const runActs = (names: readonly ActName[]): void => {
    setTried(names)
    if (isReady(names, plan, work)) void run(names, plan)
  }

  return (
    <>
      {insecure}
      <Panel title={`1. ${t('wizard.caTitle')}`} text={t('wizard.caText')}>
        {work.ca ? (
          <>
            <MadeFiles projectId={projectId} name="rootCA" made={work.ca} onSave={saveSome} />
            {work.certificateId === undefined && (
              <Button size="small" onClick={() => reset({})}>
                {t('wizard.again')}
              </Button>
            )}
          </>
        ) : (
          <>
            <CertificateForm plan={ca} onChange={setCa} tried={tried.includes('makeCa')} />
            <Button
              disabled={blocked}
              loading={progress.busy === 'makeCa'}
              onClick={() => runActs(['makeCa'])}
            >
              {t('wizard.makeCa')}
            </Button>
          </>
        )}
        <Commands
          text={caCommands({ ...ca, subject: subjectOption(ca.subject) })}
          open={insecure !== undefined}
        />
      </Panel>

      <Panel title={`2. ${t('wizard.verificationTitle')}`} text={t('wizard.verificationText')}>
        {work.verification ? (
          <MadeFiles
            projectId={projectId}
            name="verificationCert"
            made={work.verification}
            onSave={saveSome}
          />
        ) : (
          <>
            <TextField
              label={t('verification.code')}
              help={t('wizard.codeHelp')}
              className="wizard-code code"
              spellCheck={false}
              maxLength={64}
              value={code}
              onChange={setCode}
            />
            <Button
              disabled={blocked || !work.ca || code.trim() === ''}
              onClick={() => runActs(['makeVerification'])}
            >
              {t('wizard.makeVerification')}
            </Button>
          </>
        )}
        <Commands
          text={signedCommands({
            name: 'verificationCert',
            keyKind: ca.keyKind,
            days: 500,
            subject: `/CN=${work.code ?? (code.trim() || t('wizard.codePlace'))}`,
          })}
          open={insecure !== undefined}
        />
      </Panel>

      <Panel title={`3. ${t('wizard.deviceTitle')}`} text={t('wizard.deviceText')}>
        {work.device ? (
          <>
            <MadeFiles projectId={projectId} name="deviceCert" made={work.device} onSave={saveSome} />
            {work.registered === undefined && (
              <Button
                size="small"
                onClick={() => {
                  const { device: _discarded, ...rest } = work
                  reset(rest)
                }}
              >
                {t('wizard.again')}
              </Button>
            )}
          </>
        ) : (
          <>
            <CertificateForm plan={device} onChange={setDevice} tried={tried.includes('makeDevice')} />
            {isSameSubject(ca.subject, device.subject) && (
              <p className="warning-box" role="status">
                {t('wizard.sameSubject')}
              </p>
            )}
            <Button disabled={blocked || !work.ca} onClick={() => runActs(['makeDevice'])}>
              {t('wizard.makeDevice')}
            </Button>
          </>
        )}
        <Commands
          text={signedCommands({ name: 'deviceCert', ...device, subject: subjectOption(device.subject) })}
          open={insecure !== undefined}
        />
      </Panel>

      <Panel title={`4. ${t('wizard.registerTitle')}`} text={t('wizard.registerText')}>
        <RegisterStep
          projectId={projectId}
          space={space}
          work={work}
          progress={progress}
          registration={plan.registration}
          tried={tried.includes('register')}
          onChange={setRegistration}
          blocked={blocked}
          onRun={() => runActs(acts.map(({ name }) => name))}
        />
        {work.registered && (
          <div className="wrapping">
            {links(work.registered.device_id)}
            <Button
              disabled={unsaved.some(({ name }) => name === 'deviceCert.key')}
              onClick={() => {
                const { device: _made, registered: _registered, ...rest } = work
                reset(rest)
                setDevice({ ...device, subject: { ...device.subject, commonName: following(device) } })
                setRegistration({ product: registration.product })
                setTried([])
              }}
            >
              {t('wizard.another')}
            </Button>
            <span className="faint small">{t('wizard.anotherHelp')}</span>
          </div>
        )}
      </Panel>

      {files.length > 0 && (
        <Panel title={t('wizard.filesTitle')} text={t('wizard.filesText')}>
          {unsaved.length > 0 && (
            <p className="warning-box" role="status">
              {t('wizard.unsaved', { names: unsaved.map(({ name }) => name).join(', ') })}
            </p>
          )}
          <Button type="primary" icon={<DownloadOutlined />} onClick={() => saveSome(files)}>
            {t('wizard.saveAll')}
          </Button>
        </Panel>
      )}
      {work.registered &&
        work.device &&
        kit({
          device: work.registered,
          certificate: { certificatePem: work.device.pem, keyPem: work.device.keyPem },
        })}
      <LeaveGuard unsaved={unsaved.map(({ name }) => name)} onSave={() => save(files)} />
    </>
  )
}

/** Whether the forms say enough for those of `names` that are still to be done. */
function isReady(names: readonly ActName[], { ca, device, registration }: Plan, work: Work): boolean {
  const waits = (name: ActName, done: boolean): boolean => names.includes(name) && !done
  if (waits('makeCa', work.ca !== undefined) && subjectFault(ca.subject)) return false
  if (waits('makeDevice', work.device !== undefined) && subjectFault(device.subject)) return false
  if (!waits('register', work.registered !== undefined)) return true
  return registration.product !== undefined && registration.nodeId.trim() !== ''
}

/** `device-1` → `device-2`; a name without a number gets one. */
function following({ subject: { commonName } }: CertificatePlan): string {
  const [, stem = commonName, number] = /^(.*?)(\d+)$/.exec(commonName) ?? []
  return number === undefined ? `${commonName}-2` : `${stem}${Number(number) + 1}`
}

function Commands({ text, open }: { readonly text: string; readonly open: boolean }) {
  const { t } = useTranslation()
  return (
    <details open={open || undefined}>
      <summary>{t('wizard.commands')}</summary>
      <CodeBlock text={text} what={t('wizard.commands')} />
    </details>
  )
}
