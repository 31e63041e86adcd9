import { Input, type InputProps } from 'antd'
import { Field, type FieldProps } from './field.tsx'

interface TextFieldProps
  extends
    Omit<FieldProps, 'children'>,
    Pick<InputProps, 'autoFocus' | 'className' | 'disabled' | 'maxLength' | 'onBlur' | 'placeholder'> {
  /** Absent: as the browser does it, and not for code. */
  readonly spellCheck?: boolean
  /** In the monospace face: what a machine will read. */
  readonly code?: boolean
  readonly value: string
  readonly onChange: (value: string) => void
}

/** A line of text with its label. What was typed into another form before is not proposed. */
export function TextField({ label, help, error, code = false, onChange, ...input }: TextFieldProps) {
  return (
    <Field label={label} help={help} error={error}>
      {(control) => (
        <Input
          {...control}
          {...(code && { className: 'code', spellCheck: false })}
          {...input}
          autoComplete="off"
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </Field>
  )
}
