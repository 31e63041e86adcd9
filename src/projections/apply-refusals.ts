import type { DeviceId } from '../base/ids.ts'
import type { Instant } from '../base/instant.ts'
import type { JsonValue } from '../base/json.ts'
import { limits } from '../base/limits.ts'
import { valueParams } from '../domain/report/value-params.ts'
import type { ReportVerdict, ServiceVerdict, ValueVerdict } from '../domain/verdict/verdict.ts'
import type { ProjectionsFile } from '../store/projections/projections-file.ts'
import type { DeviceState } from './device-states.ts'
import {
  deleteRefusedValue,
  hasRefusedValues,
  pruneRefusedValues,
  saveRefusedValue,
} from '../store/projections/refused-values.ts'

/**
 * Keeps which properties had their newest value refused: `at` is when the report was received. Gives whether there are
 * any now; a device of which nothing is refused costs nothing.
 */
export function applyRefusals(
  db: ProjectionsFile,
  { deviceId, hasRefusedValues: had }: Pick<DeviceState, 'deviceId' | 'hasRefusedValues'>,
  { services }: ReportVerdict,
  at: Instant,
): boolean {
  const refuses = services.some(({ values }) => values.some(isRefused))
  if (!refuses && !had) return false
  for (const service of services)
    for (const value of service.values)
      if (isRefused(value)) keep(db, deviceId, service, value, at)
      else deleteRefusedValue(db, deviceId, { serviceId: service.serviceId, property: value.property, at })
  if (refuses) pruneRefusedValues(db, deviceId, limits.refusedValuesMax)
  return hasRefusedValues(db, deviceId)
}

function keep(
  db: ProjectionsFile,
  deviceId: DeviceId,
  { serviceId }: ServiceVerdict,
  value: ValueVerdict,
  at: Instant,
): void {
  const { property, code, seen, rule } = value
  // No property has so long a name; the report itself tells of it.
  if (code === undefined || serviceId.length > limits.nameLengthMax || property.length > limits.nameLengthMax)
    return
  saveRefusedValue(db, deviceId, {
    serviceId,
    property,
    at,
    code,
    params: valueParams(serviceId, value),
    ...(isSmall(seen) && { seen }),
    ...(rule !== undefined && isSmall(rule) && { rule }),
  })
}

const isRefused = ({ outcome }: ValueVerdict): boolean => outcome === 'refused'

const isSmall = (value: JsonValue): boolean =>
  Buffer.byteLength(JSON.stringify(value)) <= limits.refusedValueBytesMax
