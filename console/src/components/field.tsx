import { type ReactNode, useId } from 'react'

/** What the control inside a {@link Field} must be given. */
export interface ControlProps {
  readonly id: string
  readonly 'aria-describedby': string | undefined
  readonly 'aria-invalid': true | undefined
  readonly status: 'error' | ''
}

export interface FieldProps {
  readonly label: ReactNode
  readonly help?: ReactNode
  /** Said below the field, which is marked: our own check, or the platform's sentence about it. */
  readonly error?: string | undefined
  readonly children: (control: ControlProps) => ReactNode
}

/** Label above, help and fault below, all tied to the control. */
export function Field({ label, help, error, children }: FieldProps) {
  const id = useId()
  const describedBy = [error !== undefined && `${id}-error`, help !== undefined && `${id}-help`]
    .filter((part) => part !== false)
    .join(' ')
  return (
    <div className="field">
      <label id={`${id}-label`} htmlFor={id}>
        {label}
      </label>
      {children({
        id,
        'aria-describedby': describedBy || undefined,
        'aria-invalid': error === undefined ? undefined : true,
        status: error === undefined ? '' : 'error',
      })}
      {error !== undefined && (
        <p id={`${id}-error`} className="field-error" role="alert">
          {error}
        </p>
      )}
      {help !== undefined && (
        <p id={`${id}-help`} className="field-help">
          {help}
        </p>
      )}
    </div>
  )
}
