import { Input } from 'antd'
import type { ReactNode } from 'react'
import { Field } from '../../components/field.tsx'

interface NameFieldProps {
  readonly label: string
  readonly help?: ReactNode
  readonly error: string | undefined
  readonly maxLength: number
  /** The keyboard is here when its form opens. */
  readonly first?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
}

/** The name of a part of a model: neither completed nor corrected, since devices spell it as it stands here. */
export function NameField({ label, help, error, maxLength, first = false, value, onChange }: NameFieldProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <Input
          {...control}
          autoFocus={first}
          autoComplete="off"
          spellCheck={false}
          maxLength={maxLength}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Field>
  )
}
