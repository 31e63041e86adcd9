import Type from 'typebox'
import { limits } from '../../base/limits.ts'
import { Refusal } from '../../base/refusal.ts'
import { deviceId } from '../fields/fields.ts'

export const HistoryParams = Type.Object({ project_id: Type.String(), device_id: deviceId() })

export const serviceId = () => Type.String({ minLength: 1, maxLength: limits.nameLengthMax })
export const propertyName = () => Type.String({ minLength: 1, maxLength: limits.nameLengthMax })

/** Two services may have properties of one name. */
export function refuseWithoutService(query: {
  readonly service_id?: string
  readonly property?: string
}): void {
  if (query.property !== undefined && query.service_id === undefined)
    throw new Refusal('invalid-input', { field: 'service_id', rule: 'is required when property is given' })
}
