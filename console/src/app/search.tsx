import { useRouter } from '@tanstack/react-router'
import { use } from 'react'
import { type FindablePage, type Target } from '../features/search/search.ts'
import { SearchDialog } from '../features/search/search-dialog.tsx'
import { loadCore } from '../lib/i18n/i18n.ts'
import { useLanguage } from '../components/language.ts'
import { useProject } from './session-context.ts'

const pages = {
  '/overview': 'overview',
  '/guide': 'guide',
  '/products': 'products',
  '/devices': 'allDevices',
  '/ca-certificates': 'caCertificates',
  '/provisioning': 'provisioning',
  '/bridges': 'bridges',
  '/policies': 'policies',
  '/wizard': 'wizard',
  '/client-id': 'clientId',
  '/live-tail': 'liveTail',
  '/failed-connections': 'failedConnections',
  '/would-it-connect': 'wouldItConnect',
  '/settings/spaces': 'spaces',
  '/settings/access-keys': 'accessKeys',
  '/settings/platform': 'platform',
  '/settings/account': 'account',
} as const

// Pages are found by their names in either language: who learned the one may sit before the other.
const frames = Promise.all([loadCore('en'), loadCore('zh')])

/** The search over everything, and the way to what it found. */
export function Search({ onClose }: { readonly onClose: () => void }) {
  const router = useRouter()
  const project = useProject()
  const [en, zh] = use(frames)
  const order = useLanguage() === 'en' ? [en, zh] : [zh, en]
  const findable: readonly FindablePage[] = Object.entries(pages).map(([to, key]) => ({
    to,
    names: order.map(({ frame }) => frame[key]),
  }))

  const go = (target: Target): void => {
    onClose()
    switch (target.kind) {
      case 'page':
        return void router.navigate({ to: target.to })
      case 'device':
        return void router.navigate({ to: '/devices/$deviceId', params: { deviceId: target.deviceId } })
      case 'product':
        return void router.navigate({
          to: '/products/$productId',
          params: { productId: target.productId },
          search: { app: target.app },
        })
      case 'certificate':
        return void router.navigate({
          to: '/ca-certificates/$certificateId',
          params: { certificateId: target.certificateId },
        })
    }
  }
  return (
    project && (
      <SearchDialog projectId={project.project_id} pages={findable} onChoose={go} onClose={onClose} />
    )
  )
}
