import type { ConnectHook } from './request.ts'

/** Log switch and configuration, of the device and its children (device protocol §2.11 no. 5). */
export const sendNotices: ConnectHook = async ({ notices }, { deviceId, connection }) =>
  notices.pushDue(deviceId, connection)
