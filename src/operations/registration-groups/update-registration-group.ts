import Type from 'typebox'
import { saveGroup } from '../../store/registration-groups.ts'
import { inTransaction } from '../../store/transaction.ts'
import { operation } from '../operation.ts'
import {
  AccessAddress,
  GroupBody,
  groupBody,
  GroupName,
  GroupParams,
  GroupProduct,
  InitConfig,
  readInitConfig,
  requireGroup,
  requireGroupProduct,
} from './group-body.ts'

export const updateRegistrationGroup = operation({
  id: 'UpdateRegistrationGroup',
  method: 'PUT',
  url: '/quayside/v1/:project_id/registration-groups/:scope_id',
  tag: 'registration-groups',
  summary: 'Change a group, or switch it on or off; what is left out stays, null takes it away',
  status: 200,
  access: 'write',
  audit: 'registration-group.update',
  params: GroupParams,
  body: Type.Object({
    name: Type.Optional(GroupName),
    enabled: Type.Optional(Type.Boolean()),
    product_id: Type.Optional(Type.Union([GroupProduct, Type.Null()])),
    init_config: Type.Optional(Type.Union([InitConfig, Type.Null()])),
    access_address: Type.Optional(Type.Union([AccessAddress, Type.Null()])),
  }),
  reply: GroupBody,
  async run({ store, limits }, { params, body, caller: { projectId } }) {
    const changed = await inTransaction(store, async (tx) => {
      const group = await requireGroup(tx, projectId, params.scope_id)
      const { productId, initConfig, address, ...rest } = group
      const product =
        typeof body.product_id === 'string'
          ? await requireGroupProduct(tx, group, body.product_id)
          : changedTo(productId, body.product_id)
      const config = body.init_config
        ? readInitConfig(body.init_config, limits)
        : changedTo(initConfig, body.init_config)
      const where = body.access_address ?? changedTo(address, body.access_address)
      const next = {
        ...rest,
        name: body.name ?? group.name,
        enabled: body.enabled ?? group.enabled,
        ...(product !== undefined && { productId: product }),
        ...(config && { initConfig: config }),
        ...(where !== undefined && { address: where }),
      }
      await saveGroup(tx, next)
      return next
    })
    return groupBody(changed)
  },
})

/** Null takes a value away; what was not sent leaves it. */
const changedTo = <T>(present: T | undefined, sent: unknown): T | undefined =>
  sent === null ? undefined : present
