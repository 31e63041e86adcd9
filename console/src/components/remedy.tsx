import { Link, useLocation } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'

/** Id and resource space of a product: where the model of a report is mended. */
export interface ProductPlace {
  readonly productId: string
  readonly app?: string
}

interface RemedyProps {
  readonly code: string
  readonly text: string
  /** Whom the verdict is about, if one is known. */
  readonly deviceId?: string | undefined
  readonly address?: string | undefined
  readonly product?: ProductPlace | undefined
}

/** What to do about a verdict, with the page on which it is done. */
export function Remedy({ text, ...about }: RemedyProps) {
  const { t } = useTranslation()
  if (text === '') return null
  return (
    <p className="remedy">
      <span className="faint">{t('verdict.remedy')}</span> <LinkedText text={text} />{' '}
      <MendingPage {...about} />
    </p>
  )
}

const PLATFORM_CA = '/resources/platform-ca.pem'

/** The one file that remedies name can be had with a click. */
function LinkedText({ text }: { readonly text: string }) {
  const parts = text.split(PLATFORM_CA)
  return parts.map((part, at) => (
    <span key={at}>
      {at > 0 && (
        <a className="link code" href={PLATFORM_CA} download="platform-ca.pem">
          {PLATFORM_CA}
        </a>
      )}
      {part}
    </span>
  ))
}

/** Codes by the page that mends what they tell of. */
const pages: readonly (readonly [
  RegExp,
  'generator' | 'cas' | 'device' | 'devices' | 'wizard' | 'platform' | 'before' | 'product' | 'provisioning',
])[] = [
  [/^(client-id|password|signed-hour|username)-/, 'generator'],
  [/^certificate-(ca-|chain-incomplete|signature-wrong|path-)/, 'cas'],
  [/^provisioning-(off|template-)/, 'cas'],
  [/^(provisioning-(field|value|other|product)-|group-)/, 'provisioning'],
  [/^device-unknown$/, 'devices'],
  [/^(fingerprint-|provisioning-device-exists|device-frozen|device-is-child|tls-required)/, 'device'],
  [/^certificate-(self-signed|expired|weak-|not-for-clients|critical-extension|name-)/, 'wizard'],
  [/^server-/, 'platform'],
  [/^connection-rate$/, 'before'],
  [/^(product-without-model|service-unknown|property-unknown|value-)/, 'product'],
]

function MendingPage({ code, deviceId, address, product }: Omit<RemedyProps, 'text'>): ReactNode {
  const { t } = useTranslation()
  const here = useLocation({ select: ({ pathname }) => pathname })
  const open = (page: string) => t('verdict.open', { page })
  switch (pages.find(([codes]) => codes.test(code))?.[1]) {
    case 'generator':
      return (
        <Link className="link" to="/client-id">
          {open(t('frame.clientId'))}
        </Link>
      )
    case 'cas':
      return (
        <Link className="link" to="/ca-certificates">
          {open(t('frame.caCertificates'))}
        </Link>
      )
    case 'devices':
      return (
        <Link className="link" to="/devices">
          {open(t('frame.allDevices'))}
        </Link>
      )
    case 'device':
      return (
        deviceId !== undefined && (
          <Link className="link" to="/devices/$deviceId" params={{ deviceId }}>
            {t('verdict.openDevice')}
          </Link>
        )
      )
    case 'provisioning':
      return (
        // A certificate is tried on that very page.
        here !== '/provisioning' && (
          <Link className="link" to="/provisioning">
            {open(t('frame.provisioning'))}
          </Link>
        )
      )
    case 'wizard':
      return (
        <Link className="link" to="/wizard">
          {open(t('frame.wizard'))}
        </Link>
      )
    case 'platform':
      return (
        <Link className="link" to="/settings/platform">
          {open(t('frame.platform'))}
        </Link>
      )
    case 'before':
      return (
        <Link
          className="link"
          to="/failed-connections"
          search={address === undefined ? {} : { find: address.replace(/:\d+$/, '') }}
        >
          {open(t('frame.failedConnections'))}
        </Link>
      )
    case 'product':
      return (
        product && (
          <Link
            className="link"
            to="/products/$productId"
            params={{ productId: product.productId }}
            search={{ app: product.app }}
          >
            {t('verdict.openProduct')}
          </Link>
        )
      )
    case undefined:
      return null
  }
}
