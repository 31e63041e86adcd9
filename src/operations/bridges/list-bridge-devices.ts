import Type from 'typebox'
import { bridgeSession } from '../../domain/bridge/bridge.ts'
import { listDeviceNames } from '../../store/devices.ts'
import { countField, ownListQuery } from '../fields/own-list.ts'
import { orNull } from '../fields/fields.ts'
import { operation } from '../operation.ts'
import { BridgeParams, requireBridge } from './bridge-body.ts'

export const listBridgeDevices = operation({
  id: 'ListBridgeDevices',
  method: 'GET',
  url: '/quayside/v1/:project_id/bridges/:bridge_id/devices',
  tag: 'bridges',
  summary: 'List the devices that are logged in through a bridge, by their ids',
  status: 200,
  access: 'read',
  params: BridgeParams,
  query: Type.Object(ownListQuery),
  reply: Type.Object({
    devices: Type.Array(Type.Object({ device_id: Type.String(), name: orNull(Type.String()) })),
    count: countField(),
  }),
  async run({ store, limits, readBridged }, { params, query, caller: { projectId } }) {
    const { limit = limits.ownListLimitDefault, offset = 0 } = query
    const { bridgeId } = await requireBridge(store, projectId, params.bridge_id)
    const [bridged] = await readBridged({ sessions: [bridgeSession(bridgeId)], limit, offset })
    const { count = 0, deviceIds = [] } = bridged ?? {}
    const names = await listDeviceNames(store, projectId, deviceIds)
    return {
      devices: deviceIds.map((deviceId) => ({ device_id: deviceId, name: names.get(deviceId) ?? null })),
      count,
    }
  },
})
