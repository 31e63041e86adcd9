import Type from 'typebox'
import { keyLetters, passwordLetters, randomText } from '../../base/random-text.ts'
import { saveAccessCode } from '../../store/access-codes.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation, replyWith } from '../operation.ts'

/** The code is told once, here, and can be asked for never again; the earlier one of the type is void (northbound §4.9). */
export const createAccessCode = operation({
  id: 'CreateAccessCode',
  method: 'POST',
  url: '/v5/iot/:project_id/auth/accesscode',
  tag: 'accesscode',
  summary: 'Make, or make anew, the credential of applications that consume data',
  status: 201,
  access: 'write',
  audit: 'access-code.create',
  params: ProjectParams,
  body: Type.Object({
    type: Type.Optional(Type.Enum(['AMQP', 'MQTT'], { default: 'AMQP' })),
    force_disconnect: Type.Optional(
      Type.Boolean({ default: false, description: 'Cut consumers that are connected with the earlier one.' }),
    ),
  }),
  reply: Type.Object({ access_key: Type.String(), access_code: Type.String() }),
  async run({ store, clock }, { body, caller: { projectId } }) {
    const { type = 'AMQP' } = body
    const accessKey = randomText(8, keyLetters)
    const accessCode = randomText(32, passwordLetters)
    await saveAccessCode(store, { projectId, type, accessKey, accessCode, createdAt: clock.now() })
    return replyWith(
      { access_key: accessKey, access_code: accessCode },
      { audit: { target: accessKey, detail: { type } } },
    )
  },
})
