import Type from 'typebox'
import type { JsonObject } from '../../base/json.ts'
import type { CommandBody } from '../../domain/downlink/command.ts'
import { anyObject, nameText } from '../fields/fields.ts'

/** What synchronous and asynchronous commands have in common. */
export const commandFields = {
  service_id: Type.Optional(nameText(64)),
  command_name: Type.Optional(nameText(128)),
  paras: anyObject('Parameters of the command: a JSON object.'),
}

export const readCommand = (wire: {
  service_id?: string
  command_name?: string
  paras: { [name: string]: unknown }
}): CommandBody => ({
  ...(wire.service_id !== undefined && { serviceId: wire.service_id }),
  ...(wire.command_name !== undefined && { name: wire.command_name }),
  paras: wire.paras as JsonObject, // Parsed from JSON, so it is JSON.
})
