import type { JsonObject } from '../../base/json.ts'
import { Refusal } from '../../base/refusal.ts'
import type { CommandProblem, PropertyProblem } from '../../domain/downlink/check-command.ts'

/** Refuses a command that does not fit the product model (IOTDA.014106). */
export function refuseCommand(problem: CommandProblem | undefined): void {
  switch (problem?.kind) {
    case undefined:
      return
    case 'service-unknown':
      throw new Refusal('command-service-unknown', { serviceId: problem.serviceId })
    case 'command-name-missing':
      throw new Refusal('command-name-missing', { serviceId: problem.serviceId })
    case 'command-unknown':
      throw new Refusal('command-unknown', { serviceId: problem.serviceId, command: problem.command })
    case 'parameter-unknown':
      throw new Refusal('command-parameter-unknown', {
        command: problem.command,
        parameter: problem.parameter,
      })
    case 'parameter-missing':
      throw new Refusal('command-parameter-missing', {
        command: problem.command,
        parameter: problem.parameter,
      })
    case 'parameter-invalid':
      throw new Refusal('command-parameter-invalid', {
        command: problem.command,
        parameter: problem.parameter,
        expected: inWireNames(problem.refusal.rule),
      })
  }
}

/** Refuses properties that the product model does not let anybody set (IOTDA.013002). */
export function refuseProperties(problem: PropertyProblem | undefined): void {
  switch (problem?.kind) {
    case undefined:
      return
    case 'service-unknown':
      throw new Refusal('service-not-in-model', { serviceId: problem.serviceId })
    case 'property-unknown':
      throw new Refusal('property-not-in-model', {
        serviceId: problem.serviceId,
        property: problem.property,
      })
    case 'property-not-writable':
      throw new Refusal('property-not-writable', {
        serviceId: problem.serviceId,
        property: problem.property,
      })
  }
}

/** A rule as the product model has it, which needs no language: `max = 100`. */
const inWireNames = (rule: JsonObject): string =>
  Object.entries(rule)
    .map(([name, value]) => `${name} = ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ')
