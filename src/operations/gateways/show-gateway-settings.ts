import { readGatewaySettings } from '../../store/settings.ts'
import { ProjectParams } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { GatewaySettingsBody } from './gateway-settings-body.ts'

export const showGatewaySettings = operation({
  id: 'ShowGatewaySettings',
  method: 'GET',
  url: '/quayside/v1/:project_id/gateway-settings',
  tag: 'platform',
  summary: 'Show how gateways and their child devices are treated',
  status: 200,
  access: 'read',
  params: ProjectParams,
  reply: GatewaySettingsBody,
  async run({ store }) {
    const { childrenFollow } = await readGatewaySettings(store)
    return { children_follow: childrenFollow }
  },
})
