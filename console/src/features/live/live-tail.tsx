import { CaretRightOutlined, PauseOutlined, SearchOutlined } from '@ant-design/icons'
import { Button, Input, Select, Switch } from 'antd'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../../components/states.tsx'
import { StatusMark } from '../../components/status-mark.tsx'
import { matches, type TailEntry, type TailFilter, type TailKind, tailKinds } from './tail-entries.ts'
import { TailList } from './tail-list.tsx'
import './live.css'

const emptyTexts = { all: 'tail.empty', device: 'tail.emptyDevice', bridge: 'tail.emptyBridge' } as const

interface LiveTailProps {
  /** Newest first. */
  readonly entries: readonly TailEntry[]
  /** Whether what is shown follows what happens. */
  readonly live: boolean
  /** `all`: each line names its own device or bridge. */
  readonly of: keyof typeof emptyTexts
  /** Text that lines are narrowed to, as the address has it. */
  readonly find: string
  readonly onFind: (text: string) => void
  /** Before the filters, e.g. which device. */
  readonly extra?: ReactNode
}

/**
 * A line a packet, the newest on top. It stands still while someone reads: paused, with a line open, scrolled down, or
 * with the keyboard in it; what comes meanwhile is kept, counted, and shown with one click.
 */
export function LiveTail({ entries, live, of, find, onFind, extra }: LiveTailProps) {
  const { t } = useTranslation()
  const [filter, setFilter] = useState<Omit<TailFilter, 'text'>>({})
  const [raw, setRaw] = useState(false)
  const [paused, setPaused] = useState(false)
  /** While someone reads: the newest entry that is shown. */
  const [heldAt, setHeldAt] = useState<TailEntry>()
  const [opened, setOpened] = useState<string>()

  const newest = entries[0]
  const hold = (): void => setHeldAt((held) => held ?? newest)
  const follow = (): void => {
    setPaused(false)
    setOpened(undefined)
    setHeldAt(undefined)
  }
  const from = heldAt === undefined ? 0 : entries.indexOf(heldAt)
  // What was held may have gone by now, in a storm: then all there is is newer, and is shown.
  const shown = (from <= 0 ? entries : entries.slice(from)).filter((entry) =>
    matches(entry, { ...filter, text: find }),
  )
  const waiting = Math.max(0, from)

  return (
    <div className="tail">
      <div className="list-head">
        {extra}
        <Input
          className="find"
          prefix={<SearchOutlined />}
          aria-label={t('tail.find')}
          placeholder={t('tail.find')}
          allowClear
          value={find}
          onChange={({ target }) => onFind(target.value)}
        />
        <Select<TailKind | 'any'>
          aria-label={t('tail.kind')}
          className="tail-choice"
          value={filter.kind ?? 'any'}
          options={[
            { value: 'any', label: t('tail.anyKind') },
            ...tailKinds.map((kind) => ({ value: kind, label: t(`tail.kinds.${kind}`) })),
          ]}
          onChange={(kind) => setFilter({ ...filter, kind: kind === 'any' ? undefined : kind })}
        />
        <Select<NonNullable<TailFilter['outcome']> | 'any'>
          aria-label={t('tail.outcome')}
          className="tail-choice"
          value={filter.outcome ?? 'any'}
          options={[
            { value: 'any', label: t('tail.anyOutcome') },
            ...(['accepted', 'noted', 'refused'] as const).map((outcome) => ({
              value: outcome,
              label: t(`tail.outcomes.${outcome}`),
            })),
          ]}
          onChange={(outcome) => setFilter({ ...filter, outcome: outcome === 'any' ? undefined : outcome })}
        />
        <label className="tail-raw">
          <Switch size="small" checked={raw} onChange={setRaw} />
          {t('tail.raw')}
        </label>
        <Button
          icon={paused ? <CaretRightOutlined /> : <PauseOutlined />}
          onClick={() => {
            if (paused) return follow()
            hold()
            setPaused(true)
          }}
        >
          {t(paused ? 'tail.continue' : 'tail.pause')}
        </Button>
        <span role="status" className="small">
          <StatusMark mark={!live ? 'inactive' : heldAt ? 'offline' : 'online'}>
            {t(!live ? 'tail.waiting' : heldAt ? 'tail.held' : 'common.live')}
          </StatusMark>
        </span>
      </div>
      {entries.length === 0 ? (
        <div className="tail-empty">
          <EmptyState text={t(emptyTexts[of])} />
        </div>
      ) : shown.length === 0 ? (
        <div className="tail-empty">
          <EmptyState
            text={t('tail.noMatch', { count: entries.length })}
            action={
              <Button
                onClick={() => {
                  setFilter({})
                  onFind('')
                }}
              >
                {t('tail.showAll')}
              </Button>
            }
          />
        </div>
      ) : (
        <TailList
          entries={shown}
          ofMany={of === 'all'}
          raw={raw}
          waiting={waiting}
          opened={opened}
          onOpen={(position) => {
            setOpened(position)
            if (position !== undefined) hold()
            else if (!paused) setHeldAt(undefined)
          }}
          onReading={(reading) => {
            if (reading) hold()
            else if (!paused && opened === undefined) setHeldAt(undefined)
          }}
          onNewest={follow}
        />
      )}
    </div>
  )
}
