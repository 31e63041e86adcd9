import type { JsonObject } from '../base/json.ts'
import type { DataType, ServiceModel, ValueRule } from '../domain/product-model/product-model.ts'

/** A product as the simulator sees it: its id, its name and the model that values have to fit. */
export interface SimulatedProduct {
  readonly productId: string
  readonly name: string
  readonly services: readonly ServiceModel[]
}

/** What the API says of a property, as far as it bounds values. */
interface WireProperty {
  readonly property_name: string
  readonly data_type: DataType
  readonly method?: ServiceModel['properties'][number]['method']
  readonly enum_list?: readonly string[]
  readonly min?: string
  readonly max?: string
  readonly max_length?: number
  readonly step?: number
}
interface WireService {
  readonly service_id: string
  readonly properties?: readonly WireProperty[]
}
export interface WireProduct {
  readonly product_id: string
  readonly name: string
  readonly service_capabilities: readonly WireService[]
}

/** The answer of ShowProduct, of which only what devices report is read: commands and events come later. */
export function readProduct(wire: WireProduct): SimulatedProduct {
  return {
    productId: wire.product_id,
    name: wire.name,
    services: wire.service_capabilities.map(({ service_id, properties = [] }) => ({
      serviceId: service_id,
      serviceType: service_id,
      properties: properties.map((property) => ({
        name: property.property_name,
        method: property.method ?? 'R',
        ...ruleOf(property),
      })),
      commands: [],
      events: [],
      option: 'Optional',
    })),
  }
}

function ruleOf({ data_type, enum_list, min, max, max_length, step }: WireProperty): ValueRule {
  return {
    dataType: data_type,
    required: false,
    ...(enum_list?.length && { enumList: enum_list }),
    ...(min !== undefined && { min }),
    ...(max !== undefined && { max }),
    ...(max_length !== undefined && { maxLength: max_length }),
    ...(step !== undefined && { step }),
  }
}

const property = (name: string, data_type: DataType, more: JsonObject = {}) => ({
  property_name: name,
  data_type,
  method: 'R',
  ...more,
})

/** The body of CreateProduct for a run without a product of its own: a sensor with something of every kind. */
export const simulatedSensor = {
  name: 'Simulated sensor',
  device_type: 'SimulatedSensor',
  protocol_type: 'MQTT',
  data_format: 'json',
  manufacturer_name: 'Quayside',
  industry: 'Simulation',
  description: 'Made by quayside simulate; removed by quayside simulate --clean.',
  service_capabilities: [
    {
      service_id: 'Climate',
      service_type: 'Climate',
      properties: [
        property('temperature', 'decimal', { min: '-20', max: '60', step: 0.1, unit: '°C' }),
        property('humidity', 'int', { min: '0', max: '100', unit: '%RH' }),
      ],
    },
    {
      service_id: 'Power',
      service_type: 'Power',
      properties: [
        property('batteryLevel', 'int', { min: '0', max: '100', step: 1, unit: '%' }),
        property('voltage', 'decimal', { min: '2.5', max: '4.2', step: 0.01, unit: 'V' }),
      ],
    },
    {
      service_id: 'State',
      service_type: 'State',
      properties: [
        property('mode', 'enum', { enum_list: ['idle', 'measuring', 'fault'] }),
        property('doorOpen', 'boolean'),
        property('signal', 'int', { min: '-120', max: '-40', unit: 'dBm' }),
        property('note', 'string', { max_length: 32 }),
      ],
    },
  ],
} as const
