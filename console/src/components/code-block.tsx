import { CopyButton } from './copy-text.tsx'

interface CodeBlockProps {
  readonly text: string
  /** Name of what is copied. */
  readonly what: string
}

/** Lines for a terminal or a file, copied whole with one click; long ones are scrolled, not broken. */
export function CodeBlock({ text, what }: CodeBlockProps) {
  return (
    <div className="code-block">
      <pre className="code" tabIndex={0} role="region" aria-label={what}>
        {text}
      </pre>
      <CopyButton text={text} what={what} />
    </div>
  )
}
