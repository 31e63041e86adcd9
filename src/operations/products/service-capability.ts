import Type, { type Static } from 'typebox'
import type { JsonValue } from '../../base/json.ts'
import { limits } from '../../base/limits.ts'
import {
  accessMethods,
  dataTypes,
  type ParameterModel,
  type ServiceModel,
  type ValueRule,
} from '../../domain/product-model/product-model.ts'
import { freeText, nameText, oneLine } from '../fields/fields.ts'

/** A service of a product model on the wire, both ways: snake_case here, camelCase behind `readService`. */

const valueRule = {
  data_type: Type.Enum([...dataTypes]),
  required: Type.Optional(Type.Boolean({ default: false })),
  enum_list: Type.Optional(Type.Array(Type.String())),
  min: Type.Optional(Type.String({ maxLength: 16, description: 'Decimal text.' })),
  max: Type.Optional(Type.String({ maxLength: 16, description: 'Decimal text.' })),
  max_length: Type.Optional(Type.Integer({ minimum: 0, description: '0: no limit.' })),
  step: Type.Optional(Type.Number({ description: 'Greater than 0; 0: none.' })),
  unit: Type.Optional(nameText(16)),
  description: Type.Optional(freeText(128)),
}

const Property = Type.Object({
  property_name: nameText(64),
  ...valueRule,
  method: Type.Enum([...accessMethods], { description: 'R readable, W writable, E reported on change.' }),
  default_value: Type.Optional(
    Type.Unknown({ description: 'Any JSON, not checked against data_type: desired state of new devices.' }),
  ),
})

const Parameter = Type.Object({ para_name: nameText(32), ...valueRule })
const Parameters = Type.Optional(Type.Array(Parameter))

const Command = Type.Object({
  command_name: nameText(64),
  paras: Parameters,
  responses: Type.Optional(Type.Array(Type.Object({ response_name: nameText(128), paras: Parameters }))),
})

const Event = Type.Object({ event_type: nameText(32), paras: Parameters })

export const ServiceCapability = Type.Object({
  service_id: nameText(64),
  service_type: Type.Optional(
    Type.String({
      maxLength: 64,
      ...oneLine,
      description: 'Empty or absent: service_id.',
      examples: ['name'],
    }),
  ),
  properties: Type.Optional(Type.Array(Property, { maxItems: 500 })),
  commands: Type.Optional(Type.Array(Command, { maxItems: 500 })),
  events: Type.Optional(Type.Array(Event, { maxItems: 500 })),
  description: Type.Optional(freeText(128)),
  option: Type.Optional(Type.Enum(['Master', 'Mandatory', 'Optional'], { default: 'Optional' })),
})

export const ServiceCapabilities = Type.Array(ServiceCapability, {
  maxItems: limits.servicesPerProductMax,
  description: `At most ${limits.servicesPerProductMax} services and ${limits.modelBytesMax} bytes.`,
})

type WireRule = Omit<Static<typeof Parameter>, 'para_name'>
type WireParameters = readonly Static<typeof Parameter>[]

/** From the wire. An empty `service_type` is the service id, an empty `enum_list` none (northbound §4.2). */
export const readService = (wire: Static<typeof ServiceCapability>): ServiceModel => ({
  serviceId: wire.service_id,
  serviceType: wire.service_type || wire.service_id,
  properties: (wire.properties ?? []).map((property) => ({
    name: property.property_name,
    ...readRule(property),
    method: property.method,
    // What arrives as JSON is JSON: the schema leaves it unknown since it may be anything.
    ...present('defaultValue', property.default_value as JsonValue | undefined),
  })),
  commands: (wire.commands ?? []).map((command) => ({
    name: command.command_name,
    parameters: readParameters(command.paras),
    responses: (command.responses ?? []).map((response) => ({
      name: response.response_name,
      parameters: readParameters(response.paras),
    })),
  })),
  events: (wire.events ?? []).map((event) => ({
    type: event.event_type,
    parameters: readParameters(event.paras),
  })),
  ...present('description', wire.description),
  option: wire.option ?? 'Optional',
})

const readParameters = (wire: WireParameters = []): ParameterModel[] =>
  wire.map((parameter) => ({ name: parameter.para_name, ...readRule(parameter) }))

const readRule = (wire: WireRule): ValueRule => ({
  dataType: wire.data_type,
  required: wire.required ?? false,
  ...(wire.enum_list?.length && { enumList: wire.enum_list }),
  ...present('min', wire.min),
  ...present('max', wire.max),
  ...present('maxLength', wire.max_length),
  ...present('step', wire.step),
  ...present('unit', wire.unit),
  ...present('description', wire.description),
})

/** To the wire: the lists are always there, members without a value never. */
export const serviceBody = (service: ServiceModel): Static<typeof ServiceCapability> => ({
  service_id: service.serviceId,
  service_type: service.serviceType,
  properties: service.properties.map((property) => ({
    property_name: property.name,
    ...ruleBody(property),
    method: property.method,
    ...present('default_value', property.defaultValue),
  })),
  commands: service.commands.map((command) => ({
    command_name: command.name,
    paras: command.parameters.map(parameterBody),
    responses: command.responses.map((response) => ({
      response_name: response.name,
      paras: response.parameters.map(parameterBody),
    })),
  })),
  events: service.events.map((event) => ({
    event_type: event.type,
    paras: event.parameters.map(parameterBody),
  })),
  ...present('description', service.description),
  option: service.option,
})

const parameterBody = (parameter: ParameterModel): Static<typeof Parameter> => ({
  para_name: parameter.name,
  ...ruleBody(parameter),
})

const ruleBody = (rule: ValueRule): WireRule => ({
  data_type: rule.dataType,
  required: rule.required,
  ...(rule.enumList && { enum_list: [...rule.enumList] }),
  ...present('min', rule.min),
  ...present('max', rule.max),
  ...present('max_length', rule.maxLength),
  ...present('step', rule.step),
  ...present('unit', rule.unit),
  ...present('description', rule.description),
})

/** `{ [name]: value }`, or nothing when there is no value: absent members are left out, never null. */
function present<N extends string, V>(name: N, value: V | undefined): { [K in N]?: V } {
  return value === undefined ? {} : ({ [name]: value } as { [K in N]?: V })
}
