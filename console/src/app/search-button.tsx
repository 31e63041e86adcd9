import { SearchOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { lazy, Suspense, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

const Search = lazy(async () => ({ default: (await import('./search.tsx')).Search }))

const isMac = navigator.userAgent.includes('Mac')
const keys = isMac ? '⌘ K' : 'Ctrl K'

/** Opens the search, as Ctrl K or ⌘ K does anywhere. */
export function SearchButton() {
  const { t } = useTranslation()
  const [open, setOpen] = useState(false)

  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(isMac ? event.metaKey : event.ctrlKey)) return
      event.preventDefault()
      setOpen(true)
    }
    document.addEventListener('keydown', onKeyDown)
    return () => document.removeEventListener('keydown', onKeyDown)
  }, [])

  return (
    <>
      <Button
        type="text"
        icon={<SearchOutlined />}
        aria-label={`${t('common.search')} ${keys}`}
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        onClick={() => setOpen(true)}
      >
        <kbd className="wide-only" aria-hidden="true">
          {keys}
        </kbd>
      </Button>
      {open && (
        <Suspense>
          <Search onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  )
}
