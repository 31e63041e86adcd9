import type { Instant } from '../../base/instant.ts'
import type { ProductId, ProjectId, RowKey, SpaceId } from '../../base/ids.ts'
import type { JsonValue } from '../../base/json.ts'

/** The nine data types of a property or parameter, as they stand on the wire (device protocol §4.2). */
export const dataTypes = [
  'int',
  'long',
  'decimal',
  'string',
  'DateTime',
  'jsonObject',
  'enum',
  'boolean',
  'string list',
] as const
export type DataType = (typeof dataTypes)[number]

/** R readable, W writable, E reported on change. */
export const accessMethods = ['RWE', 'RW', 'RE', 'WE', 'E', 'W', 'R'] as const
export type AccessMethod = (typeof accessMethods)[number]

/** What a value must be. `min` and `max` are decimal text, so that a long keeps its digits. */
export interface ValueRule {
  readonly dataType: DataType
  readonly required: boolean
  readonly enumList?: readonly string[]
  readonly min?: string
  readonly max?: string
  readonly maxLength?: number
  readonly step?: number
  readonly unit?: string
  readonly description?: string
}

export interface PropertyModel extends ValueRule {
  readonly name: string
  readonly method: AccessMethod
  /** Any JSON, not checked against the type (northbound §4.2); becomes desired state of new devices. */
  readonly defaultValue?: JsonValue
}

export interface ParameterModel extends ValueRule {
  readonly name: string
}

export interface CommandModel {
  readonly name: string
  readonly parameters: readonly ParameterModel[]
  readonly responses: readonly { readonly name: string; readonly parameters: readonly ParameterModel[] }[]
}

export interface EventModel {
  readonly type: string
  readonly parameters: readonly ParameterModel[]
}

/** A named group of properties, commands and events. */
export interface ServiceModel {
  readonly serviceId: string
  /** Same as `serviceId` when the caller gave none. */
  readonly serviceType: string
  readonly properties: readonly PropertyModel[]
  readonly commands: readonly CommandModel[]
  readonly events: readonly EventModel[]
  readonly description?: string
  readonly option: 'Master' | 'Mandatory' | 'Optional'
}

export const protocolTypes = [
  'MQTT',
  'CoAP',
  'HTTP',
  'HTTPS',
  'Modbus',
  'ONVIF',
  'OPC-UA',
  'OPC-DA',
  'Other',
  'TCP',
  'UDP',
] as const
export type ProtocolType = (typeof protocolTypes)[number]

/** A kind of device and the services it declares. */
export interface Product {
  /** Ours: the sort key of lists and the reference of devices, since `productId` is unique only in its space. */
  readonly key: RowKey
  readonly projectId: ProjectId
  readonly spaceId: SpaceId
  readonly productId: ProductId
  readonly name: string
  readonly deviceType: string
  readonly protocolType: ProtocolType
  readonly dataFormat: 'json' | 'binary'
  readonly manufacturerName?: string
  readonly industry?: string
  readonly description?: string
  readonly services: readonly ServiceModel[]
  /** Grows with every change of `services`. */
  readonly modelVersion: number
  readonly createdAt: Instant
}
