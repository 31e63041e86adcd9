import Type from 'typebox'
import { checkCommand } from '../../domain/downlink/check-command.ts'
import { commandPayload, commandTopic } from '../../domain/downlink/command.ts'
import { DeviceParams } from '../devices/device-body.ts'
import { requireDevice } from '../devices/find-device.ts'
import { addresseeOf, modelOf } from '../downlinks/addressee.ts'
import { answerBody, answerFields, checkSize } from '../downlinks/answer.ts'
import { refuseCommand } from '../downlinks/refuse-command.ts'
import { operation } from '../operation.ts'
import { commandFields, readCommand } from './command-fields.ts'

/** Answers with what the device answered; 20 s without an answer are told in the body (northbound §4.7). */
export const createCommand = operation({
  id: 'CreateCommand',
  method: 'POST',
  url: '/v5/iot/:project_id/devices/:device_id/commands',
  tag: 'commands',
  summary: 'Send a command and wait for the answer of the device',
  status: 200,
  access: 'write',
  audit: 'device.command',
  params: DeviceParams,
  body: Type.Object(commandFields),
  reply: Type.Object({ command_id: Type.String(), ...answerFields }),
  async run({ store, ids, limits, dispatch }, { params, body, caller, language }) {
    const device = await requireDevice(store, caller.projectId, params.device_id)
    const command = readCommand(body)
    refuseCommand(checkCommand(await modelOf(store, device), command))
    const addressee = await addresseeOf(store, device)
    const payload = commandPayload(addressee, command)
    checkSize(payload, limits)
    const requestId = ids.uuid()
    const asked = await dispatch.ask({
      type: 'command',
      device: { projectId: device.projectId, ...addressee },
      requestId,
      topic: commandTopic(addressee, requestId),
      payload,
    })
    return {
      command_id: requestId,
      ...answerBody(asked, { deviceId: device.deviceId, limits, language }),
    }
  },
})
