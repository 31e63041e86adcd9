import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Button } from 'antd'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { call } from '../../api/client.ts'
import { ChainView } from '../../components/chain-view.tsx'
import { CopyText } from '../../components/copy-text.tsx'
import { Facts } from '../../components/facts.tsx'
import { useLanguage } from '../../components/language.ts'
import { notify } from '../../components/notices.tsx'
import { Panel } from '../../components/panel.tsx'
import { ErrorState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { nameOf as certificateName } from '../../components/viewed-certificate.ts'
import { Confirm } from './device-actions.tsx'
import {
  type Device,
  deviceKey,
  type Place,
  promoteFingerprint,
  type Rank,
  resetFingerprint,
  revealSecret,
} from './device.ts'
import { type FingerprintFieldOf, ResetFingerprint, ResetSecret } from './reset-credentials.tsx'

interface IdentityProps {
  readonly place: Place
  readonly device: Device
}

interface FingerprintsProps extends IdentityProps {
  readonly fingerprintField: FingerprintFieldOf
}

/** How the device proves who it is. */
export function Identity({ place, device, fingerprintField }: FingerprintsProps) {
  const { t } = useTranslation()
  const byCertificate = device.auth_type === 'CERTIFICATES'
  return (
    <div className="stack readable">
      <Panel title={t('device.identity.title')}>
        <Facts
          facts={[
            [t('device.identity.type'), t(`devices.authTypes.${device.auth_type}`)],
            [
              t('device.secureAccess'),
              t(device.secure_access ? 'device.identity.tlsOnly' : 'device.identity.anyAccess'),
            ],
          ]}
        />
      </Panel>
      {byCertificate ? (
        <>
          <Fingerprints place={place} device={device} fingerprintField={fingerprintField} />
          <Presented place={place} device={device} />
          <Secrets place={place} device={device} />
        </>
      ) : (
        <>
          <Secrets place={place} device={device} />
          <Fingerprints place={place} device={device} fingerprintField={fingerprintField} />
        </>
      )}
    </div>
  )
}

type FingerprintAct = { readonly act: 'set' | 'clear'; readonly rank: Rank } | { readonly act: 'promote' }

function Fingerprints({ place, device, fingerprintField }: FingerprintsProps) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState<FingerprintAct>()
  const { fingerprint, secondary_fingerprint: secondary } = device
  const byCertificate = device.auth_type === 'CERTIFICATES'
  const close = (): void => setAsked(undefined)
  return (
    <Panel
      title={t('device.identity.fingerprints')}
      text={t(byCertificate ? 'device.identity.fingerprintsText' : 'device.identity.toCertificate')}
      extra={
        <Button size="small" onClick={() => setAsked({ act: 'set', rank: 'PRIMARY' })}>
          {t('device.identity.resetFingerprint')}
        </Button>
      }
    >
      {byCertificate && (
        <>
          <Facts
            facts={[
              [
                t('device.identity.primary'),
                <Fingerprint key="primary" device={device} fingerprint={fingerprint} rank="PRIMARY" />,
              ],
              [
                t('device.identity.secondary'),
                <Fingerprint key="secondary" device={device} fingerprint={secondary} rank="SECONDARY" />,
              ],
            ]}
          />
          <details className="advanced">
            <summary>{t('device.identity.rotate')}</summary>
            <ol className="numbered">
              <li>
                {t('device.identity.rotateSet')}{' '}
                <Button size="small" onClick={() => setAsked({ act: 'set', rank: 'SECONDARY' })}>
                  {t('device.identity.setSecondary')}
                </Button>
              </li>
              <li>{t('device.identity.rotateChange')}</li>
              <li>
                {t('device.identity.rotatePromote')}{' '}
                <Button
                  size="small"
                  disabled={secondary === undefined}
                  onClick={() => setAsked({ act: 'promote' })}
                >
                  {t('device.identity.promote')}
                </Button>
              </li>
            </ol>
          </details>
          {secondary !== undefined && (
            <div>
              <Button size="small" onClick={() => setAsked({ act: 'clear', rank: 'SECONDARY' })}>
                {t('device.identity.clearSecondary')}
              </Button>
            </div>
          )}
        </>
      )}
      {asked?.act === 'set' && (
        <ResetFingerprint
          place={place}
          device={device}
          rank={asked.rank}
          field={fingerprintField}
          onClose={close}
        />
      )}
      {asked?.act === 'clear' && (
        <ChangeFingerprints
          place={place}
          title={t('device.identity.clearSecondary')}
          text={t('device.identity.clearText')}
          done={t('device.identity.cleared')}
          change={() => resetFingerprint(place, { fingerprint: '', rank: 'SECONDARY', cut: false })}
          onClose={close}
        />
      )}
      {asked?.act === 'promote' && secondary !== undefined && (
        <ChangeFingerprints
          place={place}
          title={t('device.identity.promote')}
          text={t('device.identity.promoteText')}
          done={t('device.identity.promoted')}
          change={() => promoteFingerprint(place, secondary)}
          onClose={close}
        />
      )}
    </Panel>
  )
}

interface FingerprintProps {
  readonly device: Device
  readonly fingerprint: string | undefined
  readonly rank: Rank
}

/** A fingerprint, and which certificate it is of. */
function Fingerprint({ device, fingerprint, rank }: FingerprintProps) {
  const { t } = useTranslation()
  if (fingerprint === undefined)
    return (
      <span className="faint">
        {t(
          rank === 'PRIMARY' && device.secondary_fingerprint === undefined
            ? 'device.identity.willBePinned'
            : 'device.identity.none',
        )}
      </span>
    )
  const { certificate } = device
  const presented = certificate && Object.values(certificate.fingerprints).includes(fingerprint)
  return (
    <span className="lines">
      <CopyText text={fingerprint} what={t('device.identity.fingerprint')} />
      <span className="small soft">
        {fingerprint.length === 40 ? 'SHA-1' : 'SHA-256'} ·{' '}
        {presented
          ? t('device.identity.isPresented', { name: certificateName(certificate) })
          : t('device.identity.notPresented')}
      </span>
    </span>
  )
}

interface ChangeFingerprintsProps {
  readonly place: Place
  readonly title: string
  readonly text: string
  readonly done: string
  readonly change: () => Promise<unknown>
  readonly onClose: () => void
}

function ChangeFingerprints({ place, title, text, done, change, onClose }: ChangeFingerprintsProps) {
  const client = useQueryClient()
  const changing = useMutation({
    mutationFn: change,
    async onSuccess() {
      onClose()
      notify(done)
    },
    // Half of a promotion may have been done.
    onSettled: () => client.invalidateQueries({ queryKey: deviceKey(place) }),
  })
  return (
    <Confirm
      title={title}
      text={text}
      actText={title}
      busy={changing.isPending}
      error={changing.error}
      onConfirm={changing.mutate}
      onClose={onClose}
    />
  )
}

/** The certificate of the last accepted connection, beside the CA by which it was let in. */
function Presented({ place: { projectId }, device: { certificate, ca } }: IdentityProps) {
  const { t } = useTranslation()
  const language = useLanguage()
  const issuer = useQuery({
    queryKey: ['certificates', projectId, 'one', ca?.certificate_id, language],
    queryFn: ({ signal }) =>
      call('GET /quayside/v1/{project_id}/certificates/{certificate_id}', {
        params: { project_id: projectId, certificate_id: ca?.certificate_id ?? '' },
        signal,
      }),
    enabled: ca !== undefined,
  })
  return (
    <Panel title={t('device.identity.presented')}>
      {!certificate ? (
        <p className="faint">{t('device.identity.nonePresented')}</p>
      ) : (
        <>
          {issuer.error && <ErrorState error={issuer.error} retry={issuer.refetch} />}
          <ChainView
            items={[
              { certificate, note: <span className="tag">{t('device.identity.ofDevice')}</span> },
              ...(ca && issuer.data
                ? [
                    {
                      certificate: { ...issuer.data.certificate, pem: issuer.data.pem },
                      of: 'ca' as const,
                      note: (
                        <span className="small">
                          <StatusMark mark={ca.verified ? 'passed' : 'attention'}>
                            {t(ca.verified ? 'device.identity.verified' : 'device.identity.unverified')}
                          </StatusMark>
                        </span>
                      ),
                    },
                  ]
                : []),
            ]}
          />
        </>
      )}
    </Panel>
  )
}

const MASK = '••••••••••••'

function Secrets({ place, device }: IdentityProps) {
  const { t } = useTranslation()
  const [asked, setAsked] = useState(false)
  const reveal = useMutation({
    mutationFn: () => revealSecret(place),
    // A secret is kept no longer than it is shown.
    gcTime: 0,
  })
  const { has_secret: hasSecret, has_secondary_secret: hasSecondary } = device
  const bySecret = device.auth_type === 'SECRET'
  const shown = (secret: string | undefined) =>
    secret === undefined ? (
      <span className="code">{MASK}</span>
    ) : (
      <CopyText text={secret} what={t('device.identity.secret')} />
    )
  return (
    <Panel
      title={t('device.identity.secret')}
      {...(!bySecret && { text: t('device.identity.toSecret') })}
      extra={
        <Button size="small" onClick={() => setAsked(true)}>
          {t('device.identity.resetSecret')}
        </Button>
      }
    >
      {(hasSecret || hasSecondary) && (
        <>
          <Facts
            facts={[
              ...(hasSecret ? [[t('device.identity.primary'), shown(reveal.data?.secret)] as const] : []),
              ...(hasSecondary
                ? [[t('device.identity.secondary'), shown(reveal.data?.secondary_secret)] as const]
                : []),
            ]}
          />
          <div className="wrapping">
            {reveal.data ? (
              <Button size="small" onClick={() => reveal.reset()}>
                {t('device.identity.hide')}
              </Button>
            ) : (
              <Button size="small" loading={reveal.isPending} onClick={() => reveal.mutate()}>
                {t('device.identity.reveal')}
              </Button>
            )}
            <span className="faint small">{t('device.identity.audited')}</span>
          </div>
          {reveal.error && <ErrorState error={reveal.error} />}
        </>
      )}
      {bySecret && !hasSecret && <p className="faint">{t('device.identity.none')}</p>}
      {asked && (
        <ResetSecret
          place={place}
          device={device}
          onDone={() => reveal.reset()}
          onClose={() => setAsked(false)}
        />
      )}
    </Panel>
  )
}
