import { Button } from 'antd'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { CopyButton } from './copy-text.tsx'

/** Stands where rows will be, in their height, so that nothing jumps when they come. */
export function LoadingRows({ rows = 3 }: { readonly rows?: number }) {
  const { t } = useTranslation()
  return (
    <div className="loading" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="loading-row" />
      ))}
    </div>
  )
}

/** What an error of the API tells beside its sentence; any other error has none of it. */
interface ToldError extends Error {
  readonly status?: number
  readonly code?: string
  readonly requestId?: string | undefined
}

/** The sentence that a person reads: the platform's own, or ours where the platform did not speak. */
function useSentence(): (error: ToldError) => string {
  const { t } = useTranslation()
  return ({ code, status, message }) => {
    if (code === 'network') return t('error.unreachable')
    if (code === 'unreadable') return t('error.unreadable', { status })
    return message
  }
}

interface ErrorStateProps {
  readonly error: ToldError
  /** Absent where trying again is what the form above it does. */
  readonly retry?: () => unknown
}

/** A failure in its place: what the platform says, its code, and under which id its log says more. */
export function ErrorState({ error, retry }: ErrorStateProps) {
  const { t } = useTranslation()
  const sentence = useSentence()(error)
  return (
    <div className="error-state" role="alert">
      <p className="error-sentence">{sentence}</p>
      <div className="error-facts">
        {error.code !== undefined && (
          <span>
            {t('error.code')} <code>{error.code}</code>
          </span>
        )}
        {error.requestId !== undefined && (
          <span>
            {t('error.requestId')} <code>{error.requestId}</code>
            <CopyButton text={error.requestId} what={t('error.requestId')} />
          </span>
        )}
      </div>
      {retry && (
        <Button size="small" onClick={() => void retry()}>
          {t('common.retry')}
        </Button>
      )}
    </div>
  )
}

interface EmptyStateProps {
  /** What to do next. */
  readonly text: string
  /** The button that does it. */
  readonly action?: ReactNode
}

export function EmptyState({ text, action }: EmptyStateProps) {
  return (
    <div className="empty-state">
      <p>{text}</p>
      {action}
    </div>
  )
}

/** As much of TanStack Query's answer as the four states need. */
interface Asked<T> {
  readonly data: T | undefined
  readonly error: Error | null
  refetch(): unknown
}

interface AnswerProps<T> {
  readonly of: Asked<T>
  /** What stands there until the first answer. */
  readonly loading?: ReactNode
  readonly children: (data: T) => ReactNode
}

/**
 * Waiting, failed, or data. Data that is there stays when asking for news fails: the failure is told above it. That
 * there is none ({@link EmptyState}) only the children can know.
 */
export function Answer<T>({ of: { data, error, refetch }, loading, children }: AnswerProps<T>) {
  return (
    <>
      {error && <ErrorState error={error} retry={refetch} />}
      {data === undefined ? !error && (loading ?? <LoadingRows />) : children(data)}
    </>
  )
}
