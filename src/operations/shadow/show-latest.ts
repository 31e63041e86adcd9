import Type from 'typebox'
import { DeviceParams } from '../devices/device-body.ts'
import { milliTime } from '../fields/fields.ts'
import { operation } from '../operation.ts'

const RefusedBody = Type.Object(
  {
    at: milliTime(),
    code: Type.String({ description: 'One of GET /quayside/v1/verdicts.' }),
    sentence: Type.String(),
    remedy: Type.String(),
    seen: Type.Optional(Type.Unknown({ description: 'The value that was refused.' })),
    rule: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'The rule that refused it.' }),
    ),
  },
  { description: 'There while the newest report of the property was refused.' },
)

const LatestBody = Type.Object({
  services: Type.Array(
    Type.Object({
      service_id: Type.String(),
      time: Type.Optional(milliTime()),
      received_at: Type.Optional(milliTime()),
      properties: Type.Array(
        Type.Object({
          property: Type.String(),
          value: Type.Optional(Type.Unknown({ description: 'Absent when none was ever stored.' })),
          time: Type.Optional(milliTime()),
          received_at: Type.Optional(milliTime()),
          refused: Type.Optional(RefusedBody),
        }),
      ),
    }),
  ),
})

export const showLatest = operation({
  id: 'ShowLatest',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id/latest',
  tag: 'shadow',
  summary: 'Get the latest value of every property, and what was refused since',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: LatestBody,
  run: () => Promise.reject(new Error('to come')),
})
