interface ProgressProps {
  readonly value: number
  readonly max: number
  /** How far it is, in words. */
  readonly text: string
}

/** How much of a known number of things is done. */
export function Progress({ value, max, text }: ProgressProps) {
  return (
    <div className="progress">
      <progress value={value} max={Math.max(max, 1)} aria-label={text} />
      <span role="status">{text}</span>
    </div>
  )
}
