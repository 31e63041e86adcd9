import type { JsonObject, JsonValue } from '../../base/json.ts'
import { checkValue, type ValueRefusal } from '../product-model/check-value.ts'
import type { CommandModel, ParameterModel, ServiceModel } from '../product-model/product-model.ts'
import type { CommandBody } from './command.ts'
import type { ServiceProperties } from './property-request.ts'

/** What a command has against the product model; undefined: it fits. */
export type CommandProblem =
  | { readonly kind: 'service-unknown'; readonly serviceId: string }
  | { readonly kind: 'command-name-missing'; readonly serviceId: string }
  | { readonly kind: 'command-unknown'; readonly serviceId: string; readonly command: string }
  | { readonly kind: 'parameter-unknown'; readonly command: string; readonly parameter: string }
  | { readonly kind: 'parameter-missing'; readonly command: string; readonly parameter: string }
  | {
      readonly kind: 'parameter-invalid'
      readonly command: string
      readonly parameter: string
      readonly refusal: ValueRefusal
    }

/**
 * Judges a command by the product model (device protocol §3.8.0): where it names a service, that service must have the
 * command, with these parameters; where it names none, its form is free. So it is with the SDKs' own services (`$…`).
 */
export function checkCommand(
  services: readonly ServiceModel[],
  { serviceId, name, paras }: CommandBody,
): CommandProblem | undefined {
  if (serviceId === undefined || serviceId.startsWith('$')) return undefined
  const service = services.find((one) => one.serviceId === serviceId)
  if (!service) return { kind: 'service-unknown', serviceId }
  if (name === undefined) return { kind: 'command-name-missing', serviceId }
  const command = service.commands.find((one) => one.name === name)
  if (!command) return { kind: 'command-unknown', serviceId, command: name }
  return checkParameters(command, paras)
}

function checkParameters({ name, parameters }: CommandModel, paras: JsonObject): CommandProblem | undefined {
  for (const [parameter, value] of Object.entries(paras)) {
    const rule = parameters.find((one) => one.name === parameter)
    if (!rule) return { kind: 'parameter-unknown', command: name, parameter }
    const refusal = checkParameter(rule, value)
    if (refusal) return { kind: 'parameter-invalid', command: name, parameter, refusal }
  }
  const missing = parameters.find((one) => one.required && !Object.hasOwn(paras, one.name))
  return missing && { kind: 'parameter-missing', command: name, parameter: missing.name }
}

/** Null stands for "absent" (device protocol §0.3): it fits a parameter that need not be there. */
const checkParameter = (rule: ParameterModel, value: JsonValue): ValueRefusal | undefined =>
  value === null && !rule.required ? undefined : checkValue(rule, value)

/** Why properties cannot be set; undefined: they can. */
export type PropertyProblem =
  | { readonly kind: 'service-unknown'; readonly serviceId: string }
  | { readonly kind: 'property-unknown'; readonly serviceId: string; readonly property: string }
  | { readonly kind: 'property-not-writable'; readonly serviceId: string; readonly property: string }

/**
 * Judges a property set by the product model: properties must be there and writable. Their values are the device's to
 * judge, as with the desired state (northbound §4.5). System services (`$…`) are in no model.
 */
export function checkProperties(
  services: readonly ServiceModel[],
  set: readonly ServiceProperties[],
): PropertyProblem | undefined {
  for (const { serviceId, properties } of set) {
    if (serviceId.startsWith('$')) continue
    const service = services.find((one) => one.serviceId === serviceId)
    if (!service) return { kind: 'service-unknown', serviceId }
    for (const property of Object.keys(properties)) {
      const model = service.properties.find(({ name }) => name === property)
      if (!model) return { kind: 'property-unknown', serviceId, property }
      if (!model.method.includes('W')) return { kind: 'property-not-writable', serviceId, property }
    }
  }
  return undefined
}
