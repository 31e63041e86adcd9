import { operation } from '../operation.ts'
import { DeviceParams } from './device-body.ts'
import { OwnDeviceBody } from './own-device-body.ts'

export const showOwnDevice = operation({
  id: 'ShowOwnDevice',
  method: 'GET',
  url: '/quayside/v1/:project_id/devices/:device_id',
  tag: 'devices',
  summary: 'Get all of a device but its secrets',
  status: 200,
  access: 'read',
  params: DeviceParams,
  reply: OwnDeviceBody,
  run: () => Promise.reject(new Error('not there yet')),
})
