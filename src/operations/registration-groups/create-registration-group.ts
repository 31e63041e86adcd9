import { Buffer } from 'node:buffer'
import Type from 'typebox'
import { Refusal } from '../../base/refusal.ts'
import type { RegistrationGroup } from '../../domain/provisioning/registration-group.ts'
import { findGroupAnywhere, insertGroup, listGroups } from '../../store/registration-groups.ts'
import { inTransaction } from '../../store/transaction.ts'
import { spaceForCreation } from '../apps/find-space.ts'
import { requireCertificate } from '../certificates/find-certificate.ts'
import { appId, ProjectParams } from '../fields/fields.ts'
import { operation, replyWith } from '../operation.ts'
import {
  AccessAddress,
  groupBody,
  GroupMethod,
  GroupName,
  GroupProduct,
  GroupScope,
  GroupWithSecret,
  InitConfig,
  readGroupSecret,
  readInitConfig,
  requireGroupProduct,
} from './group-body.ts'

/** The secret is told once, here, and can be asked for never again. */
export const createRegistrationGroup = operation({
  id: 'CreateRegistrationGroup',
  method: 'POST',
  url: '/quayside/v1/:project_id/registration-groups',
  tag: 'registration-groups',
  summary:
    'Make a group of devices that register themselves; its secret is in this answer and in no later one',
  status: 201,
  access: 'write',
  audit: 'registration-group.create',
  params: ProjectParams,
  body: Type.Object({
    name: GroupName,
    scope_id: Type.Optional(GroupScope),
    method: Type.Optional(GroupMethod),
    app_id: Type.Optional(appId()),
    product_id: Type.Optional(GroupProduct),
    certificate_id: Type.Optional(
      Type.String({ maxLength: 64, description: 'CA of a group of certificates.' }),
    ),
    secret: Type.Optional(
      Type.String({
        maxLength: 128,
        description: 'Base64 of 16 to 64 printable ASCII characters; generated when absent.',
      }),
    ),
    init_config: Type.Optional(InitConfig),
    access_address: Type.Optional(AccessAddress),
  }),
  reply: GroupWithSecret,
  async run({ store, clock, ids, limits }, { body, caller: { projectId } }) {
    const method = body.method ?? 'SECRET'
    const fits = method === 'SECRET' ? body.certificate_id === undefined : body.secret === undefined
    if (!fits) {
      const [field, other] = method === 'SECRET' ? ['certificate_id', 'SECRET'] : ['secret', 'CERTIFICATES']
      throw new Refusal('invalid-input', { field, rule: `must not be given with method ${other}` })
    }
    if (method === 'CERTIFICATES' && body.certificate_id === undefined)
      throw new Refusal('invalid-input', { field: 'certificate_id', rule: 'is required' })
    const given = body.secret === undefined ? ids.randomHex(16) : readGroupSecret(body.secret)
    const group = await inTransaction(store, async (tx): Promise<RegistrationGroup> => {
      const { spaceId } = await spaceForCreation(tx, projectId, body.app_id)
      const limit = limits.registrationGroupsMax
      if ((await listGroups(tx, projectId)).length >= limit) throw new Refusal('group-quota', { limit })
      if (body.scope_id !== undefined && (await findGroupAnywhere(tx, body.scope_id)))
        throw new Refusal('group-exists', { field: 'scope_id', scope: body.scope_id })
      const ca =
        body.certificate_id === undefined
          ? undefined
          : await requireCertificate(tx, projectId, body.certificate_id)
      const made: RegistrationGroup = {
        ...{ key: ids.rowKey(), projectId, spaceId, name: body.name, method, enabled: true },
        // Hex digits are lower-case letters and digits; the letter keeps it from being read as an hour.
        scope: body.scope_id ?? `g${ids.randomHex(6).slice(0, 11)}`,
        createdAt: clock.now(),
        ...(method === 'SECRET' && { secret: given }),
        ...(ca && { caKey: ca.key }),
        ...(body.product_id !== undefined && {
          productId: await requireGroupProduct(tx, { projectId, spaceId }, body.product_id),
        }),
        ...(body.init_config && { initConfig: readInitConfig(body.init_config, limits) }),
        ...(body.access_address !== undefined && { address: body.access_address }),
      }
      await insertGroup(tx, made)
      return made
    })
    const { secret } = group
    return replyWith(
      {
        ...groupBody(group),
        ...(secret !== undefined && { secret: Buffer.from(secret, 'latin1').toString('base64') }),
      },
      { audit: { target: group.scope } },
    )
  },
})
