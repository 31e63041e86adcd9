import type { CommandModel, ParameterModel, PropertyModel, ServiceModel, ValueRule } from './product-model.ts'

/** What is wrong with a product model: the place as a path of wire names, and the rule it breaks. */
export interface ModelProblem {
  readonly field: string
  readonly rule: string
}

/**
 * The first problem of a model, beyond what its schema says: names are unique where they are looked up by name,
 * and bounds can hold (northbound §3.5, §4.2). Default values are not checked against their type (§4.2).
 */
export function findModelProblem(services: readonly ServiceModel[]): ModelProblem | undefined {
  return (
    nameProblem(services, 'service_capabilities', 'service_id', (service) => service.serviceId) ??
    firstOf(services, (service, index) => serviceProblem(service, `service_capabilities[${index}]`))
  )
}

function serviceProblem(
  { properties, commands, events }: ServiceModel,
  at: string,
): ModelProblem | undefined {
  return (
    nameProblem(properties, `${at}.properties`, 'property_name', ({ name }) => name) ??
    firstOf(properties, (property, index) => propertyProblem(property, `${at}.properties[${index}]`)) ??
    nameProblem(commands, `${at}.commands`, 'command_name', ({ name }) => name) ??
    firstOf(commands, (command, index) => commandProblem(command, `${at}.commands[${index}]`)) ??
    nameProblem(events, `${at}.events`, 'event_type', ({ type }) => type) ??
    firstOf(events, ({ parameters }, index) => parametersProblem(parameters, `${at}.events[${index}].paras`))
  )
}

function propertyProblem(property: PropertyModel, at: string): ModelProblem | undefined {
  // A property name is a key of the shadow (northbound §4.5).
  if (/[.$]/.test(property.name)) return { field: `${at}.property_name`, rule: 'must not contain . or $' }
  return ruleProblem(property, at)
}

function commandProblem({ parameters, responses }: CommandModel, at: string): ModelProblem | undefined {
  return (
    parametersProblem(parameters, `${at}.paras`) ??
    nameProblem(responses, `${at}.responses`, 'response_name', ({ name }) => name) ??
    firstOf(responses, (response, index) =>
      parametersProblem(response.parameters, `${at}.responses[${index}].paras`),
    )
  )
}

function parametersProblem(parameters: readonly ParameterModel[], at: string): ModelProblem | undefined {
  return (
    nameProblem(parameters, at, 'para_name', ({ name }) => name) ??
    firstOf(parameters, (parameter, index) => ruleProblem(parameter, `${at}[${index}]`))
  )
}

function ruleProblem(
  { dataType, enumList, min, max, step }: ValueRule,
  at: string,
): ModelProblem | undefined {
  if (dataType === 'enum' && !enumList?.length) {
    return { field: `${at}.enum_list`, rule: 'must name the values of an enum' }
  }
  if (min !== undefined && !isDecimalText(min))
    return { field: `${at}.min`, rule: 'must be a decimal number as text' }
  if (max !== undefined && !isDecimalText(max))
    return { field: `${at}.max`, rule: 'must be a decimal number as text' }
  if (min !== undefined && max !== undefined && compareDecimals(min, max) > 0) {
    return { field: `${at}.min`, rule: 'must not be greater than max' }
  }
  // 0 is what clients send for "none" (Terraform: an unset number), and is read as that.
  if (step !== undefined && step < 0) return { field: `${at}.step`, rule: 'must be greater than 0' }
  return undefined
}

function nameProblem<T>(
  items: readonly T[],
  at: string,
  member: string,
  nameOf: (item: T) => string,
): ModelProblem | undefined {
  const seen = new Set<string>()
  return firstOf(items, (item, index) => {
    const name = nameOf(item)
    const field = `${at}[${index}].${member}`
    // The one key that means something else to an object of JavaScript (safety, threat 8).
    if (name === '__proto__') return { field, rule: 'must not be __proto__' }
    if (seen.has(name)) return { field, rule: 'must be unique' }
    seen.add(name)
    return undefined
  })
}

function firstOf<T>(
  items: readonly T[],
  problemOf: (item: T, index: number) => ModelProblem | undefined,
): ModelProblem | undefined {
  for (const [index, item] of items.entries()) {
    const problem = problemOf(item, index)
    if (problem) return problem
  }
  return undefined
}

const isDecimalText = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text)

/** Compares decimal texts exactly: as a double, the bounds of a `long` would be rounded. Negative: a < b. */
export function compareDecimals(a: string, b: string): number {
  const digits = Math.max(fractionOf(a).length, fractionOf(b).length)
  const difference = scaled(a, digits) - scaled(b, digits)
  return difference < 0n ? -1 : difference > 0n ? 1 : 0
}

const fractionOf = (text: string): string => text.split('.')[1] ?? ''

/** The number times 10^digits: `scaled('-1.5', 2)` is -150n. */
function scaled(text: string, digits: number): bigint {
  const [whole = ''] = text.split('.')
  return BigInt(whole + fractionOf(text).padEnd(digits, '0'))
}
