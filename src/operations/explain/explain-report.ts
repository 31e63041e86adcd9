import Type from 'typebox'
import { reportVerdictBody } from '../../domain/verdict/wire.ts'
import { requireDevice } from '../devices/find-device.ts'
import { deviceId, ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { ReportVerdictBody } from './verdict-body.ts'

export const explainReport = operation({
  id: 'ExplainReport',
  method: 'POST',
  url: '/quayside/v1/:project_id/explain/report',
  tag: 'explain',
  summary: 'Would this report be stored? Judged as if the device had sent it now; nothing is stored',
  status: 200,
  access: 'read',
  params: ProjectParams,
  body: Type.Object({
    device_id: deviceId(),
    payload: Type.Unknown({
      description: 'The payload: as text, exactly as the device would send it, or as the JSON value itself.',
    }),
  }),
  reply: ReportVerdictBody,
  async run({ store, explainReport: explain }, { body, caller, language }) {
    const device = await requireDevice(store, caller.projectId, body.device_id)
    const { payload } = body
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload)
    return reportVerdictBody(await explain(device.deviceId, text), language)
  },
})
