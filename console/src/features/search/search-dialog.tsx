import { useQuery } from '@tanstack/react-query'
import { Input, type InputRef, Modal } from 'antd'
import { type KeyboardEvent, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useReturnFocus } from '../../components/return-focus.ts'
import { ErrorState } from '../../components/states.tsx'
import { useSettled } from '../../components/use-settled.ts'
import {
  type FindablePage,
  type Found,
  findPages,
  moved,
  searchQuery,
  type Target,
  TEXT_MAX,
} from './search.ts'
import './search.css'

interface SearchDialogProps {
  readonly projectId: string
  readonly pages: readonly FindablePage[]
  readonly onChoose: (target: Target) => void
  readonly onClose: () => void
}

const kinds = ['device', 'product', 'certificate', 'page'] as const
/** Finds anything by what is typed. Arrow keys choose, Enter goes there, Escape closes. Mount it to open it. */
export function SearchDialog({ projectId, pages, onChoose, onClose }: SearchDialogProps) {
  const { t } = useTranslation()
  const id = useId()
  const field = useRef<InputRef>(null)
  const [text, setText] = useState('')
  const asked = useSettled(text.trim())
  const [at, setAt] = useState(0)
  const search = useQuery({ ...searchQuery(projectId, asked), placeholderData: (previous) => previous })
  useReturnFocus()

  const objects = text.trim() === '' ? [] : (search.data ?? [])
  const found = [...objects, ...findPages(pages, text)]
  const chosen = found[Math.min(at, found.length - 1)]
  const optionId = (one: Found): string => `${id}-${found.indexOf(one)}`
  const waiting = text.trim() !== '' && (search.isFetching || asked !== text.trim())

  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step !== undefined) {
      event.preventDefault()
      const next = moved(Math.min(at, found.length - 1), step, found.length)
      setAt(next)
      document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: 'nearest' })
    } else if (event.key === 'Enter' && chosen && !event.nativeEvent.isComposing) {
      event.preventDefault()
      onChoose(chosen.target)
    }
  }

  return (
    <Modal
      open
      title={t('search.title')}
      footer={null}
      width={600}
      onCancel={onClose}
      // The dialog gives the focus to its first button, the one that closes it.
      afterOpenChange={(open) => open && field.current?.focus()}
    >
      <Input
        ref={field}
        role="combobox"
        aria-label={t('search.label')}
        aria-expanded={found.length > 0}
        aria-controls={`${id}-list`}
        aria-autocomplete="list"
        {...(chosen && { 'aria-activedescendant': optionId(chosen) })}
        placeholder={t('search.placeholder')}
        autoComplete="off"
        spellCheck={false}
        maxLength={TEXT_MAX}
        value={text}
        onChange={(event) => {
          setText(event.target.value)
          setAt(0)
        }}
        onKeyDown={onKeyDown}
      />
      {search.error && text.trim() !== '' && <ErrorState error={search.error} retry={search.refetch} />}
      <div id={`${id}-list`} role="listbox" aria-label={t('search.results')} className="search-list">
        {kinds.map((kind) => {
          const ofKind = found.filter(({ target }) => target.kind === kind)
          return (
            ofKind.length > 0 && (
              <div key={kind} role="group" aria-label={t(`search.kinds.${kind}`)}>
                <div className="search-kind" aria-hidden="true">
                  {t(`search.kinds.${kind}`)}
                </div>
                {ofKind.map((one) => (
                  // The keyboard is the field's: an option is chosen there, or by a click.
                  // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/interactive-supports-focus
                  <div
                    key={optionId(one)}
                    id={optionId(one)}
                    role="option"
                    aria-selected={one === chosen}
                    className="search-option"
                    onClick={() => onChoose(one.target)}
                    onMouseMove={() => setAt(found.indexOf(one))}
                  >
                    <span className="break">{one.name}</span>
                    {one.detail !== '' && <span className="faint small code break">{one.detail}</span>}
                  </div>
                ))}
              </div>
            )
          )
        })}
      </div>
      <p role="status" className="soft small">
        {waiting
          ? t('search.waiting')
          : found.length === 0
            ? t('search.nothing', { text: text.trim() })
            : t('search.count', { count: found.length })}
      </p>
    </Modal>
  )
}
