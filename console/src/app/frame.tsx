import { MenuFoldOutlined, MenuUnfoldOutlined } from '@ant-design/icons'
import { Outlet, useLocation } from '@tanstack/react-router'
import { Button } from 'antd'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { recall, remember } from '../lib/storage.ts'
import { Navigation } from './navigation.tsx'
import { TopBar } from './top-bar.tsx'
import { useSession } from './session-context.ts'

// Only a narrow screen needs it, and only once its menu is opened.
const NavigationDrawer = lazy(async () => ({
  default: (await import('./navigation-drawer.tsx')).NavigationDrawer,
}))

/** What surrounds every page of someone who is signed in. */
export function Frame() {
  const { t } = useTranslation()
  const session = useSession()
  const [folded, setFolded] = useState(() => recall('rail') === 'folded')
  const [drawer, setDrawer] = useState<'never' | 'open' | 'closed'>('never')
  const main = useFocusOnNewPage()

  const fold = (next: boolean): void => {
    setFolded(next)
    remember('rail', next ? 'folded' : undefined)
  }

  if (!session) return null
  return (
    <div className={folded ? 'frame rail-folded' : 'frame'}>
      <a className="skip-link" href="#content">
        {t('frame.skip')}
      </a>
      <TopBar onMenu={() => setDrawer('open')} />
      <div className="rail">
        <div className="rail-content">
          <Navigation folded={folded} />
          <Button
            type="text"
            className="rail-fold"
            icon={folded ? <MenuUnfoldOutlined /> : <MenuFoldOutlined />}
            aria-expanded={!folded}
            aria-label={t(folded ? 'frame.expand' : 'frame.collapse')}
            onClick={() => fold(!folded)}
          />
        </div>
      </div>
      {drawer !== 'never' && (
        <Suspense>
          <NavigationDrawer open={drawer === 'open'} onClose={() => setDrawer('closed')} />
        </Suspense>
      )}
      <main id="content" ref={main} tabIndex={-1}>
        <Outlet />
      </main>
    </div>
  )
}

/** After a link was followed, the keyboard and the reader of the screen go on in the new page, not behind the link. */
function useFocusOnNewPage() {
  const main = useRef<HTMLElement>(null)
  const path = useLocation({ select: ({ pathname }) => pathname })
  const last = useRef(path)
  useEffect(() => {
    if (last.current === path) return
    last.current = path
    main.current?.focus({ preventScroll: true })
  }, [path])
  return main
}
