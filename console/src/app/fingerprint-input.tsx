import { useEffect, useEffectEvent } from 'react'
import { FingerprintField } from '../features/devices/fingerprint-field.tsx'
import { useFingerprint } from '../features/devices/use-fingerprint.ts'

interface FingerprintInputProps {
  readonly projectId: string
  /** The platform's sentence about it, once it was sent. */
  readonly error: string | undefined
  /** What may be sent: digits, or '' for none; undefined while what stands there cannot be sent. */
  readonly onValue: (fingerprint: string | undefined) => void
}

/** The field of a fingerprint, for forms of another feature than the one that registers devices. */
export function FingerprintInput({ projectId, error, onValue }: FingerprintInputProps) {
  const state = useFingerprint(projectId)
  const value = state.value && (state.value.hex ?? '')
  const tell = useEffectEvent(() => onValue(value))
  useEffect(() => tell(), [value])
  return <FingerprintField state={state} error={error} />
}
