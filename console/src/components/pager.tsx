import { DoubleLeftOutlined, DoubleRightOutlined, LeftOutlined, RightOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useLanguage } from './language.ts'

interface PagerProps {
  /** Counted from 1. */
  readonly page: number
  readonly size: number
  /** Of all pages. */
  readonly count: number
  readonly onPage: (page: number) => void
}

/** Which rows of how many are shown, and the way to the others. */
export function Pager({ page, size, count, onPage }: PagerProps) {
  const { t } = useTranslation()
  const numbers = new Intl.NumberFormat(useLanguage())
  const last = Math.max(1, Math.ceil(count / size))
  const from = Math.min((page - 1) * size + 1, count)
  const to = Math.min(page * size, count)
  const button = (name: string, icon: ReactNode, target: number, enabled: boolean) => (
    <Button
      size="small"
      type="text"
      icon={icon}
      aria-label={name}
      disabled={!enabled}
      onClick={() => onPage(target)}
    />
  )
  return (
    <nav className="pager" aria-label={t('common.pages')}>
      <span className="soft" role="status">
        {t('common.range', {
          from: numbers.format(from),
          to: numbers.format(to),
          total: numbers.format(count),
        })}
      </span>
      {last > 1 && (
        <span>
          {button(t('common.firstPage'), <DoubleLeftOutlined />, 1, page > 1)}
          {button(t('common.previousPage'), <LeftOutlined />, page - 1, page > 1)}
          {button(t('common.nextPage'), <RightOutlined />, page + 1, page < last)}
          {button(t('common.lastPage'), <DoubleRightOutlined />, last, page < last)}
        </span>
      )}
    </nav>
  )
}
