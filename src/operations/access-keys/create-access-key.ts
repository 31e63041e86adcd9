import Type from 'typebox'
import { randomKeyPair } from '../../base/random-text.ts'
import { Refusal } from '../../base/refusal.ts'
import { listAccessKeys, saveAccessKey } from '../../store/access-keys.ts'
import { inTransaction } from '../../store/transaction.ts'
import { freeText, ProjectParams } from '../fields/fields.ts'
import { operation, replyWith } from '../operation.ts'

/** The secret is told once, here, and can be asked for never again. */
export const createAccessKey = operation({
  id: 'CreateAccessKey',
  method: 'POST',
  url: '/quayside/v1/:project_id/access-keys',
  tag: 'access-keys',
  summary: 'Make an access key; its secret is in this answer and in no later one',
  status: 201,
  access: 'write',
  audit: 'access-key.create',
  params: ProjectParams,
  body: Type.Object({ description: Type.Optional(freeText(256)) }),
  reply: Type.Object({ access_key: Type.String(), secret_key: Type.String() }),
  async run({ store, clock, limits }, { body, caller: { projectId } }) {
    const { accessKey, secret } = randomKeyPair()
    const { description } = body
    await inTransaction(store, async (transaction) => {
      const limit = limits.accessKeysMax
      const present = await listAccessKeys(transaction, { projectId, limit })
      if (present.length >= limit) throw new Refusal('access-key-quota', { limit })
      await saveAccessKey(transaction, {
        accessKey,
        secret,
        projectId,
        createdAt: clock.now(),
        ...(description !== undefined && { description }),
      })
    })
    return replyWith({ access_key: accessKey, secret_key: secret }, { audit: { target: accessKey } })
  },
})
