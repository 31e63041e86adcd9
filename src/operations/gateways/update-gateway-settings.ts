import Type from 'typebox'
import { readGatewaySettings, saveGatewaySettings } from '../../store/settings.ts'
import { inTransaction } from '../../store/transaction.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation, replyWith } from '../operation.ts'
import { GatewaySettingsBody } from './gateway-settings-body.ts'

/** Where children are to follow from now on, those whose gateway is down are OFFLINE when this answers. */
export const updateGatewaySettings = operation({
  id: 'UpdateGatewaySettings',
  method: 'PUT',
  url: '/quayside/v1/:project_id/gateway-settings',
  tag: 'platform',
  summary: 'Change how gateways and their child devices are treated, for all projects',
  status: 200,
  access: 'write',
  audit: 'gateways.update',
  params: ProjectParams,
  body: Type.Partial(GatewaySettingsBody),
  reply: GatewaySettingsBody,
  async run({ store, followGateways }, { body }) {
    const settings = await inTransaction(store, async (tx) => {
      const { childrenFollow } = await readGatewaySettings(tx)
      const after = { childrenFollow: body.children_follow ?? childrenFollow }
      await saveGatewaySettings(tx, after)
      return after
    })
    await followGateways(settings.childrenFollow)
    const reply = { children_follow: settings.childrenFollow }
    return replyWith(reply, { audit: { detail: reply } })
  },
})
