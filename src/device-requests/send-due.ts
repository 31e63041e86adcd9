import type { ConnectHook } from './request.ts'

/** Messages that were kept for the device and its children, oldest first (device protocol §2.11 no. 2). */
export const sendMessages: ConnectHook = ({ dispatch }, { deviceId }) => dispatch.messages.connected(deviceId)

/** Asynchronous commands, behind the messages. */
export const sendCommands: ConnectHook = ({ dispatch }, { deviceId }) =>
  dispatch.asyncCommands.connected(deviceId)

/** What is desired of it and its children, behind both. */
export const sendDesired: ConnectHook = ({ desired }, { deviceId }) => desired.connected(deviceId)
