import { Tooltip } from 'antd'
import { shortened } from '../lib/format.ts'
import { CopyButton } from './copy-text.tsx'

interface IdProps {
  readonly value: string
  /** What it is the id of, e.g. "Resource space ID". */
  readonly what: string
}

/** An id: shortened in the middle, whole on hover or focus, copied whole with one click. */
export function Id({ value, what }: IdProps) {
  const short = shortened(value)
  return (
    <span className="copy-text">
      {short === value ? (
        <span className="code">{value}</span>
      ) : (
        <Tooltip title={<span className="code">{value}</span>} styles={{ root: { maxWidth: 560 } }}>
          <button type="button" className="code plain-button">
            {short}
          </button>
        </Tooltip>
      )}
      <CopyButton text={value} what={what} />
    </span>
  )
}
