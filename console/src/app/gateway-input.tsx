import type { ControlProps } from '../components/field.tsx'
import { DeviceSelect } from '../features/devices/device-select.tsx'

interface GatewayInputProps {
  readonly projectId: string
  readonly control: ControlProps
  readonly label: string
  readonly spaceId: string
  readonly value: string | undefined
  readonly onChange: (deviceId: string | undefined) => void
}

/** The choice of a gateway, for forms of another feature than the one that lists devices. */
export function GatewayInput(field: GatewayInputProps) {
  return <DeviceSelect {...field} />
}
